/** What a new link leads to: one of four, side by side. */
import { Icon } from '../ui/Icon.tsx'
import type { IconName } from '../ui/icons.ts'
import styles from './new-link.module.css'
import { type NewKind, newKinds } from './use-new-link.ts'

const faces: Readonly<Record<NewKind, { icon: IconName; word: string }>> = {
  redirect: { icon: 'link-45deg', word: 'Redirect' },
  file: { icon: 'file-earmark', word: 'File' },
  markdown: { icon: 'markdown', word: 'Markdown' },
  html: { icon: 'filetype-html', word: 'HTML page' },
}

export function KindChoice({ kind, onChange }: { kind: NewKind; onChange: (kind: NewKind) => void }) {
  return (
    <fieldset className={styles.kinds}>
      <legend className="visually-hidden">What it leads to</legend>
      {newKinds.map(name => (
        <label key={name} className={`${styles.kind} ${name === kind ? styles.on : ''}`}>
          <input
            type="radio"
            name="kind"
            className={styles.radio}
            checked={name === kind}
            onChange={() => onChange(name)}
          />
          <Icon name={faces[name].icon} />
          {faces[name].word}
        </label>
      ))}
    </fieldset>
  )
}
