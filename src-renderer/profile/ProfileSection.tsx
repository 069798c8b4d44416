/** Oneself: the name that others read, the password, what one shares. */
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Me } from '../../src-server/contract/users.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { formatFact, formatMany, formatSize } from '../lib/format.ts'
import { meQuery } from '../lib/me.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Field } from '../ui/Field.tsx'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import { say } from '../ui/Toaster.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import styles from './profile.module.css'
import { useChangeName } from './queries.ts'

/** `isActing`: an admin looks at it as this user, whose password is not theirs to change here. */
export function ProfileSection({ isActing }: { isActing: boolean }) {
  const me = useQuery(meQuery())
  if (me.data) return <Profile me={me.data} isActing={isActing} />
  if (me.isPending) return <Bones />
  return <NotLoaded title="Your profile could not be loaded" error={me.error} onRetry={() => void me.refetch()} />
}

function Profile({ me, isActing }: { me: Me; isActing: boolean }) {
  return (
    <div className={styles.profile}>
      <div className={styles.who}>
        <Avatar name={me.displayName || me.username} isLarge />
        <div className="grow">
          <p className={`strong ${styles.name}`}>{me.displayName || me.username}</p>
          <p className={`muted sm ${styles.name}`}>{facts(me)}</p>
        </div>
      </div>
      <NameForm me={me} />
      <section className={styles.part} aria-labelledby="password-heading">
        <h3 id="password-heading">Password</h3>
        {isActing ? (
          <p className="muted">Only they can change it here. As yourself you can give them a new one under People.</p>
        ) : me.passwordFixedBy ? (
          <p className="muted">{me.passwordFixedBy}</p>
        ) : (
          <PasswordForm me={me} />
        )}
      </section>
    </div>
  )
}

/** `ann · admin · 12 links · 4.2 MB · since 3 Nov 2026, 10:02`. */
function facts({ username, isAdmin, links, bytes, createdAt }: Me): string {
  return [
    username,
    isAdmin && username !== 'admin' && 'admin',
    links === 0 ? 'no links yet' : formatMany(links, 'link'),
    bytes > 0 && formatSize(bytes),
    createdAt && `since ${formatFact(createdAt)}`,
  ]
    .filter(Boolean)
    .join(' · ')
}

function NameForm({ me }: { me: Me }) {
  const [typed, setTyped] = useState(me.displayName)
  const change = useChangeName()
  const errors = fieldErrorsOf(change.error)
  const isChanged = typed.trim() !== me.displayName
  function submit(event: FormEvent) {
    event.preventDefault()
    if (!isChanged) return
    change.mutate(typed, {
      onSuccess({ displayName }) {
        setTyped(displayName)
        say(`You are called ${displayName} now`)
      },
    })
  }
  return (
    <form noValidate className={styles.part} onSubmit={submit} aria-label="Name">
      <Field
        label="Name"
        hint="As others read it. You sign in with your user name"
        error={errors.displayName ?? errors['']}
      >
        {control => (
          <input {...control} autoComplete="name" value={typed} onChange={event => setTyped(event.target.value)} />
        )}
      </Field>
      <div className={styles.buttons}>
        <button type="submit" className="btn" disabled={!isChanged || change.isPending}>
          Save name
        </button>
      </div>
    </form>
  )
}

function Bones() {
  return (
    <div className={styles.profile} role="status" aria-label="Loading your profile">
      <span className="t8-bone" />
      <span className="t8-bone" />
      <span className="t8-bone" />
    </div>
  )
}
