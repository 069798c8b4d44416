/** Where a person is signed in, for an admin: a button beside what else is known of them, and a dialog. */
import { useState } from 'react'
import type { UserDetails } from '../../src-server/contract/users.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { SessionsOf } from './SessionsOf.tsx'

export function PersonSessions({ person: { username, displayName, sessions } }: { readonly person: UserDetails }) {
  const [isOpen, setIsOpen] = useState(false)
  const name = displayName || username
  return (
    <>
      {sessions > 0 && (
        <button type="button" className="btn" onClick={() => setIsOpen(true)}>
          <Icon name="laptop" />
          Where they are signed in
        </button>
      )}
      {isOpen && (
        <Dialog title={`Where ${name} is signed in`} onClose={() => setIsOpen(false)}>
          <SessionsOf label={`Where ${name} is signed in`} name={username} endAll="Sign out everywhere">
            <p className="strong">In no browser now</p>
            <p className="muted sm">They sign in with their password when they come next.</p>
          </SessionsOf>
        </Dialog>
      )}
    </>
  )
}
