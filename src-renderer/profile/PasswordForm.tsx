/** Changes one's own password. */
import { type FormEvent, useState } from 'react'
import { AppError } from '../../src-server/contract/errors.ts'
import type { Me } from '../../src-server/contract/users.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Field } from '../ui/Field.tsx'
import { PasswordInput } from '../ui/PasswordInput.tsx'
import { StrengthNote } from '../ui/StrengthNote.tsx'
import { say } from '../ui/Toaster.tsx'
import styles from './profile.module.css'
import { useChangePassword } from './queries.ts'

const empty = { current: '', next: '', again: '' }

export function PasswordForm({ me }: { me: Me }) {
  const form = usePasswordForm(me)
  const { typed, set, errors } = form
  return (
    <form noValidate className={styles.form} onSubmit={form.submit} aria-label="Password">
      {/* For password managers, which ask whose password it is. */}
      <input hidden readOnly autoComplete="username" value={me.username} />
      {me.asksCurrentPassword && (
        <Field label="Current password" error={errors.current}>
          {control => (
            <PasswordInput
              control={control}
              name="current password"
              autoComplete="current-password"
              value={typed.current}
              onChange={current => set({ current })}
            />
          )}
        </Field>
      )}
      <div>
        <Field label="New password" hint={`At least ${me.shortestPassword} characters`} error={errors.next}>
          {control => (
            <PasswordInput
              control={control}
              name="new password"
              autoComplete="new-password"
              value={typed.next}
              onChange={next => set({ next })}
            />
          )}
        </Field>
        <StrengthNote
          password={typed.next}
          shortest={me.shortestPassword}
          known={[me.username, me.displayName]}
          isSilent={errors.next !== undefined}
        />
      </div>
      <Field label="New password again" error={errors.again}>
        {control => (
          <PasswordInput
            control={control}
            name="new password again"
            autoComplete="new-password"
            value={typed.again}
            onChange={again => set({ again })}
          />
        )}
      </Field>
      {errors[''] && (
        <p className="bad sm" role="alert">
          {errors['']}
        </p>
      )}
      <div className={styles.buttons}>
        <span className="muted xs grow">You stay signed in here, and are signed out everywhere else.</span>
        <button type="submit" className="btn" disabled={form.isSaving}>
          Change password
        </button>
      </div>
    </form>
  )
}

/** What is being typed, what is wrong with it, and sending it. */
function usePasswordForm(me: Me) {
  const [typed, setTyped] = useState(empty)
  const [missing, setMissing] = useState<Record<string, string>>({})
  const change = useChangePassword()

  function submit(event: FormEvent): void {
    event.preventDefault()
    const found = check(typed, me)
    setMissing(found)
    if (Object.keys(found).length > 0 || change.isPending) return
    const { current, next } = typed
    change.mutate(me.asksCurrentPassword ? { current, next } : { next }, {
      onSuccess() {
        setTyped(empty)
        say('Your password is changed')
      },
    })
  }
  return {
    typed,
    submit,
    errors: { ...refusals(change.error), ...missing },
    isSaving: change.isPending,
    set(part: Partial<typeof empty>): void {
      setMissing({})
      change.reset()
      setTyped(before => ({ ...before, ...part }))
    },
  }
}

function check({ current, next, again }: typeof empty, me: Me): Record<string, string> {
  if (me.asksCurrentPassword && current === '') return { current: 'Enter the password that you have now' }
  if ([...next].length < me.shortestPassword) return { next: `Use at least ${me.shortestPassword} characters` }
  return next === again ? {} : { again: 'The two are not the same' }
}

function refusals(error: unknown): Record<string, string> {
  if (error instanceof AppError && error.code === 'wrong_password') return { current: error.message }
  return fieldErrorsOf(error)
}
