/** The door for everyone who is not at the desktop itself. */
import { type FormEvent, useState } from 'react'
import { AppError } from '../../src-server/contract/errors.ts'
import { messageOf } from '../lib/errors.ts'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useSignIn } from './queries.ts'
import styles from './sign-in.module.css'

export function SignInPage() {
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [remember, setRemember] = useState(false)
  const signIn = useSignIn()

  function submit(event: FormEvent) {
    event.preventDefault()
    signIn.mutate({ username: username.trim(), password, remember })
  }
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <span className={`t8-logo ${styles.logo}`}>
          <Icon name="arrow-up-right" />
        </span>
        <h1 className={styles.title}>Sign in to Trunk8</h1>
        <p className={`muted ${styles.lead}`}>To share files and links with everyone on this network.</p>
        <form noValidate className={styles.form} onSubmit={submit}>
          <Field label="Name" hint="Leave it empty if you are the admin">
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
          <PasswordField value={password} error={wordsFor(signIn.error)} onChange={setPassword} />
          <label className={styles.remember}>
            <input
              type="checkbox"
              className="form-check-input"
              checked={remember}
              onChange={event => setRemember(event.target.checked)}
            />
            Keep me signed in on this device
          </label>
          <button type="submit" className="btn btn-primary btn-touch" disabled={signIn.isPending}>
            {signIn.isPending ? 'Signing in…' : 'Sign in'}
          </button>
        </form>
      </div>
    </main>
  )
}

interface PasswordFieldProps {
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (value: string) => void
}

function PasswordField({ value, error, onChange }: PasswordFieldProps) {
  const [isShown, setIsShown] = useState(false)
  return (
    <Field label="Password" error={error}>
      {control => (
        <span className={styles.secret}>
          <input
            {...control}
            className={`${control.className} ${styles.input}`}
            // biome-ignore lint/a11y/noAutofocus: the page is there to type the password
            autoFocus
            type={isShown ? 'text' : 'password'}
            autoComplete="current-password"
            value={value}
            onChange={event => onChange(event.target.value)}
          />
          <button
            type="button"
            className={`btn btn-quiet btn-icon ${styles.eye}`}
            aria-label={isShown ? 'Hide password' : 'Show password'}
            aria-pressed={isShown}
            onClick={() => setIsShown(!isShown)}
          >
            <Icon name={isShown ? 'eye-slash' : 'eye'} />
          </button>
        </span>
      )}
    </Field>
  )
}

function wordsFor(error: unknown): string | undefined {
  if (!error) return undefined
  if (!(error instanceof AppError)) return messageOf(error)
  if (error.code === 'bad_credentials') return 'That’s not it. Check the name and the password'
  return error.errors?.[0]?.message ?? error.message
}
