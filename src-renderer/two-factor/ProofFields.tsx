/** Shows that it is the person themselves: their password, and a code. At the owner's own window neither is asked. */
import { useState } from 'react'
import type { Proof, TwoFactorState } from '../../src-server/contract/two-factor.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Field } from '../ui/Field.tsx'
import { PasswordInput } from '../ui/PasswordInput.tsx'
import { CodeInput } from './CodeInput.tsx'

export function useProof({ asksPassword, asksCode }: TwoFactorState) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [isTried, setIsTried] = useState(false)
  const isWhole = (!asksPassword || password !== '') && (!asksCode || code.trim() !== '')
  return {
    ...{ asksPassword, asksCode, password, setPassword, code, setCode },
    missing: {
      password: isTried && asksPassword && password === '' ? 'Enter your password' : undefined,
      code: isTried && asksCode && code.trim() === '' ? 'Enter the code' : undefined,
    },
    /** What to send; undefined while something is missing, which then is said. */
    take(): Proof | undefined {
      setIsTried(true)
      if (!isWhole) return undefined
      return { ...(asksPassword && { password }), ...(asksCode && { code }) }
    },
  }
}

interface ProofFieldsProps {
  readonly proof: ReturnType<typeof useProof>
  /** What the last try ended with. */
  readonly error: unknown
}

export function ProofFields({ proof, error }: ProofFieldsProps) {
  const { asksPassword, asksCode, missing } = proof
  const errors = fieldErrorsOf(error)
  if (!asksPassword && !asksCode) {
    return errors[''] ? (
      <p className="bad sm" role="alert">
        {errors['']}
      </p>
    ) : null
  }
  return (
    <>
      {asksPassword && (
        <Field label="Your password" error={missing.password ?? errors['']}>
          {control => (
            <PasswordInput
              control={control}
              value={proof.password}
              onChange={proof.setPassword}
              autoComplete="current-password"
              autoFocus
            />
          )}
        </Field>
      )}
      {asksCode && (
        <Field
          label="A code of the app, or a recovery code"
          error={missing.code ?? errors.code ?? (asksPassword ? undefined : errors[''])}
        >
          {control => (
            <CodeInput
              control={control}
              value={proof.code}
              onChange={proof.setCode}
              autoFocus={!asksPassword}
              takesRecovery
            />
          )}
        </Field>
      )}
    </>
  )
}
