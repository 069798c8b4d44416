/** The second step: six digits from the app, which send themselves, or a recovery code in their place. */
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { AppError } from '../../src-server/contract/errors.ts'
import { messageOf } from '../lib/errors.ts'
import { useSecondsLeft, waitingWords } from '../lib/waiting.ts'
import { Field } from '../ui/Field.tsx'
import { useSignIn } from './queries.ts'
import styles from './sign-in.module.css'

interface CodeStepProps {
  /** Back to the password; `why` that has to be, where it is not the person who wants to. */
  readonly onBack: (why?: string) => void
}

const digits = 6

export function CodeStep({ onBack }: CodeStepProps) {
  const [isRecovery, setIsRecovery] = useState(false)
  const { code, type, submit, signIn, secondsLeft, input } = useCode(isRecovery, onBack)
  const error = waitingWords(signIn.error, secondsLeft) ?? wordsFor(signIn.error)
  return (
    <>
      <h1 className={styles.title}>{isRecovery ? 'Use a recovery code' : 'Enter your code'}</h1>
      <p className={`muted ${styles.lead}`}>
        {isRecovery
          ? 'One of those that you kept when you set up your second step.'
          : 'Your authenticator app shows it, next to Trunk8.'}
      </p>
      <form noValidate className={styles.form} onSubmit={submit}>
        <Field label={isRecovery ? 'Recovery code' : 'Code'} error={error}>
          {control => (
            <input
              key={String(isRecovery)}
              {...control}
              ref={input}
              // biome-ignore lint/a11y/noAutofocus: it is all that this step is about
              autoFocus
              className={`${control.className} ${styles.input} ${styles.code}`}
              autoComplete={isRecovery ? 'off' : 'one-time-code'}
              inputMode={isRecovery ? 'text' : 'numeric'}
              autoCapitalize="none"
              spellCheck={false}
              maxLength={40}
              value={code}
              onChange={event => type(event.target.value)}
            />
          )}
        </Field>
        <button type="submit" className="btn btn-primary btn-touch" disabled={signIn.isPending || secondsLeft > 0}>
          {signIn.isPending ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      <div className={styles.other}>
        <button type="button" className="btn btn-quiet" onClick={() => setIsRecovery(!isRecovery)}>
          {isRecovery ? 'Use the app’s code' : 'Use a recovery code'}
        </button>
        <button type="button" className="btn btn-quiet" onClick={() => onBack()}>
          Back
        </button>
      </div>
    </>
  )
}

function useCode(isRecovery: boolean, onBack: CodeStepProps['onBack']) {
  const [code, setCode] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const signIn = useSignIn()
  const secondsLeft = useSecondsLeft(signIn.error)
  const { reset } = signIn
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed for one kind is nothing for the other
  useEffect(() => {
    setCode('')
    reset()
  }, [isRecovery, reset])

  function send(otp: string): void {
    if (signIn.isPending || secondsLeft > 0) return
    signIn.mutate(
      { otp },
      {
        onError(error) {
          if (error instanceof AppError && error.code === 'sign_in_required') return onBack(error.message)
          setCode('')
          input.current?.focus()
        },
      },
    )
  }

  function type(text: string): void {
    const next = isRecovery ? text : text.replaceAll(/\D/g, '').slice(0, digits)
    setCode(next)
    if (!isRecovery && next.length === digits && next !== code) send(next)
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    send(code)
  }
  return { code, type, submit, signIn, secondsLeft, input }
}

function wordsFor(error: unknown): string | undefined {
  if (!error) return undefined
  if (error instanceof AppError && error.code === 'bad_credentials') return 'That’s not it. Each code counts once'
  return error instanceof AppError ? (error.errors?.[0]?.message ?? error.message) : messageOf(error)
}
