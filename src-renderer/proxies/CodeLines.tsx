/** Lines of a configuration, to be copied. */
import { CopyButton } from '../ui/CopyButton.tsx'
import styles from './proxies.module.css'

interface CodeLinesProps {
  readonly text: string
  /** What the button does. */
  readonly name: string
}

export function CodeLines({ text, name }: CodeLinesProps) {
  return (
    <div className={styles.lines}>
      <pre className={styles.code}>{text}</pre>
      <CopyButton text={text} name={name} what="The lines" className="btn-quiet btn-s btn-icon" />
    </div>
  )
}
