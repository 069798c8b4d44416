/** What there is to say of a new password while it is being typed; read out as it changes. */
import { strengthOf } from '../lib/password-strength.ts'
import styles from './strength-note.module.css'

interface StrengthNoteProps {
  readonly password: string
  /** Characters; undefined while that is not known: then nothing is said. */
  readonly shortest: number | undefined
  /** What everybody knows of whose it is to be. */
  readonly known: readonly string[]
  /** The field says something else already. */
  readonly isSilent?: boolean
}

export function StrengthNote({ password, shortest, known, isSilent = false }: StrengthNoteProps) {
  const strength = shortest === undefined || isSilent ? undefined : strengthOf(password, { shortest, known })
  return (
    <p className={`xs ${styles.note}`} role="status">
      {strength && <span className={strength.tone}>{strength.words}</span>}
    </p>
  )
}
