/** One choice of a theme: what is chosen, and behind a button all there are, as pictures. */
import { useId, useState } from 'react'
import { BootswatchTheme, type Theme } from '../../src-server/contract/settings.ts'
import { messageOf } from '../lib/errors.ts'
import { Icon } from '../ui/Icon.tsx'
import { ThemePicture } from './ThemePicture.tsx'
import styles from './theme-choice.module.css'

interface ThemeChoiceProps {
  readonly title: string
  readonly help: string
  readonly themes: readonly Theme[]
  /** What holds now. */
  readonly drawn: { readonly theme: BootswatchTheme; readonly wanted?: string | undefined }
  /** What holds for who chooses nothing; undefined where something is always chosen. */
  readonly inherited?: BootswatchTheme | undefined
  readonly isInherited?: boolean
  readonly isOpenFirst?: boolean
  readonly isDisabled: boolean
  readonly error?: unknown
  /** `null`: what everybody has. */
  readonly onChange: (theme: BootswatchTheme | null) => void
}

export function ThemeChoice(props: ThemeChoiceProps) {
  const { title, help, themes, drawn, inherited, isInherited = false, isOpenFirst = false, isDisabled, error } = props
  const [isOpen, setIsOpen] = useState(isOpenFirst)
  const id = useId()
  const current = themes.find(({ key }) => key === drawn.theme)
  return (
    <section className={styles.choice} aria-labelledby={`${id}-title`}>
      <div className={styles.head}>
        <ThemePicture theme={drawn.theme} className={styles.small} />
        <div className="grow">
          <p id={`${id}-title`} className="strong sm">
            {title}
          </p>
          <p className="muted xs">{help}</p>
          <p className="xs">
            <span className="strong">{current?.name ?? drawn.theme}</span>
            {inherited !== undefined && isInherited && <span className="muted"> · as everybody</span>}
            {current?.description && <span className="muted"> · {current.description}</span>}
          </p>
        </div>
        <button
          type="button"
          className="btn btn-s"
          aria-expanded={isOpen}
          aria-controls={`${id}-all`}
          aria-label={`${isOpen ? 'Hide' : 'Choose'} themes: ${title}`}
          onClick={() => setIsOpen(!isOpen)}
        >
          {isOpen ? 'Hide' : 'Choose'}
        </button>
      </div>
      {drawn.wanted && (
        <p className={`xs warn ${styles.note}`}>
          <Icon name="exclamation-triangle" />
          Trunk8 has no theme called “{drawn.wanted}”, which the file names
        </p>
      )}
      {error !== undefined && error !== null && (
        <p className={`xs bad ${styles.note}`} role="alert">
          <Icon name="exclamation-circle" />
          {messageOf(error)}
        </p>
      )}
      <div id={`${id}-all`} hidden={!isOpen}>
        {isOpen && <Pictures {...props} isDisabled={isDisabled} labelledBy={`${id}-title`} />}
      </div>
    </section>
  )
}

function Pictures(props: ThemeChoiceProps & { readonly labelledBy: string }) {
  const { themes, drawn, inherited, isInherited = false, isDisabled, onChange, labelledBy } = props
  const shipped = themes.flatMap(({ key, name }) => {
    const theme = BootswatchTheme.safeParse(key).data
    return theme ? [{ theme, name }] : []
  })
  const isChosen = (theme: BootswatchTheme) => drawn.theme === theme && !(inherited !== undefined && isInherited)
  const everybodys = shipped.find(({ theme }) => theme === inherited)
  return (
    <div role="radiogroup" aria-labelledby={labelledBy} className={styles.pictures}>
      {everybodys && (
        <Picture
          group={labelledBy}
          theme={everybodys.theme}
          words="As everybody"
          name={`As everybody: ${everybodys.name}`}
          isChosen={isInherited}
          isDisabled={isDisabled}
          onChoose={() => onChange(null)}
        />
      )}
      {shipped.map(({ theme, name }) => (
        <Picture
          key={theme}
          group={labelledBy}
          theme={theme}
          words={name}
          name={name}
          isChosen={isChosen(theme)}
          isDisabled={isDisabled}
          onChoose={() => onChange(theme)}
        />
      ))}
    </div>
  )
}

interface PictureProps {
  readonly group: string
  readonly theme: BootswatchTheme
  /** Below the picture. */
  readonly words: string
  /** For who cannot see it. */
  readonly name: string
  readonly isChosen: boolean
  readonly isDisabled: boolean
  readonly onChoose: () => void
}

function Picture({ group, theme, words, name, isChosen, isDisabled, onChoose }: PictureProps) {
  return (
    <label className={`${styles.picture} ${isChosen ? styles.chosen : ''}`}>
      <input
        type="radio"
        className={styles.radio}
        name={group}
        aria-label={name}
        checked={isChosen}
        disabled={isDisabled}
        onChange={onChoose}
      />
      <ThemePicture theme={theme} className={styles.drawing} />
      <span className={`xs cut ${styles.words}`}>
        {isChosen && <Icon name="check-lg" />}
        {words}
      </span>
    </label>
  )
}
