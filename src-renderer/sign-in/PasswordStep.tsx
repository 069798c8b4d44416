/** The first step: name and password. */
import { type FormEvent, type ReactNode, useState } from 'react'
import { AppError } from '../../src-server/contract/errors.ts'
import { messageOf } from '../lib/errors.ts'
import { useSecondsLeft, waitingWords } from '../lib/waiting.ts'
import { Field } from '../ui/Field.tsx'
import { PasswordInput } from '../ui/PasswordInput.tsx'
import { useSignIn } from './queries.ts'
import styles from './sign-in.module.css'

interface PasswordStepProps {
  /** Why one has to begin again, as a sentence. */
  readonly why: string | undefined
  readonly onCodeAsked: () => void
  /** What stands below the form: ways in that other features have. */
  readonly otherWays: ReactNode
}

export function PasswordStep({ why, onCodeAsked, otherWays }: PasswordStepProps) {
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [remember, setRemember] = useState(false)
  const signIn = useSignIn()
  const secondsLeft = useSecondsLeft(signIn.error)

  function submit(event: FormEvent) {
    event.preventDefault()
    const given = { username: username.trim(), password, remember }
    signIn.mutate(given, {
      onSuccess(answer) {
        if ('next' in answer) onCodeAsked()
      },
    })
  }
  return (
    <>
      <h1 className={styles.title}>Sign in to Trunk8</h1>
      <p className={`muted ${styles.lead}`}>To share files and links with everyone on this network.</p>
      <form noValidate className={styles.form} onSubmit={submit}>
        <Field label="User name" hint="Leave it empty if you are the admin">
          {control => (
            <input
              {...control}
              className={`${control.className} ${styles.input}`}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              value={username}
              onChange={event => setUsername(event.target.value)}
            />
          )}
        </Field>
        <Field label="Password" error={waitingWords(signIn.error, secondsLeft) ?? wordsFor(signIn.error) ?? why}>
          {control => (
            <PasswordInput
              control={control}
              value={password}
              onChange={setPassword}
              autoComplete="current-password"
              autoFocus
              isLarge
            />
          )}
        </Field>
        <label className={styles.remember}>
          <input
            type="checkbox"
            className="form-check-input"
            checked={remember}
            onChange={event => setRemember(event.target.checked)}
          />
          Keep me signed in on this device
        </label>
        <button type="submit" className="btn btn-primary btn-touch" disabled={signIn.isPending || secondsLeft > 0}>
          {signIn.isPending ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      {otherWays}
    </>
  )
}

function wordsFor(error: unknown): string | undefined {
  if (!error) return undefined
  if (!(error instanceof AppError)) return messageOf(error)
  if (error.code === 'bad_credentials') return 'That’s not it. Check the name and the password'
  return error.errors?.[0]?.message ?? error.message
}
