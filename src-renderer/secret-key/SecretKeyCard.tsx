/** The secret key of the instance: what it is for, and another one in its place. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { messageOf } from '../lib/errors.ts'
import { Icon } from '../ui/Icon.tsx'
import { Part } from '../ui/Part.tsx'
import { secretKeyQuery } from './queries.ts'
import { ReplaceKeyDialog } from './ReplaceKeyDialog.tsx'

export function SecretKeyCard() {
  const [isOpen, setIsOpen] = useState(false)
  const { data: state, error, refetch } = useQuery(secretKeyQuery())
  const why = state?.fixedBy
  return (
    <Part
      title="Secret key"
      lead="Every sign-in rests on it. Replace it when somebody may have seen it, or to sign everybody out at once."
      action={
        <>
          {state && why === undefined && (
            <button type="button" className="btn" onClick={() => setIsOpen(true)}>
              <Icon name="arrow-repeat" />
              Replace
            </button>
          )}
          {error && !state && (
            <button type="button" className="btn" onClick={() => void refetch()}>
              Try again
            </button>
          )}
        </>
      }
    >
      {why !== undefined && <p className="muted sm">It cannot be replaced here: {why}.</p>}
      {error && !state && (
        <p className="bad sm" role="alert">
          {messageOf(error)}
        </p>
      )}
      {isOpen && <ReplaceKeyDialog onClose={() => setIsOpen(false)} />}
    </Part>
  )
}
