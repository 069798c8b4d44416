/** One person beside the list: what they have, and what an admin can do for them. */
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { UserDetails } from '../../src-server/contract/users.ts'
import { formatCount, formatFact, formatMany, formatSize } from '../lib/format.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Fact } from '../ui/Fact.tsx'
import { Icon } from '../ui/Icon.tsx'
import { PageState } from '../ui/PageState.tsx'
import { DeletePersonDialog } from './DeletePersonDialog.tsx'
import { EditPersonDialog } from './EditPersonDialog.tsx'
import styles from './person-panel.module.css'
import { nameOf } from './person-words.ts'
import { ResetPasswordDialog } from './ResetPasswordDialog.tsx'
import { ResetSignInDialog } from './ResetSignInDialog.tsx'

interface PersonPanelProps {
  readonly name: string
  /** Absent while the list loads, and where there is nobody of this name. */
  readonly person: UserDetails | undefined
  readonly isPending: boolean
  readonly isSelf: boolean
  /** Covers the list, and so takes the focus. */
  readonly isCover: boolean
  readonly onClose: () => void
  readonly onActAs: (person: UserDetails) => void
  readonly signInsOf: (person: UserDetails) => ReactNode
  readonly onProfile: () => void
}

export function PersonPanel(props: PersonPanelProps) {
  const { name, person, isPending, isCover, onClose } = props
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    if (isCover) panel.current?.focus()
  }, [isCover])
  return (
    <aside ref={panel} className={styles.panel} aria-label={`User ${name}`} tabIndex={-1}>
      <div className={styles.head}>
        <h2 className={`cut grow ${styles.title}`}>{person ? nameOf(person) : name}</h2>
        <button
          type="button"
          className="btn btn-quiet btn-s btn-icon"
          aria-label="Close"
          title="Close (Esc)"
          onClick={onClose}
        >
          <Icon name="x-lg" />
        </button>
      </div>
      {person ? <Person {...props} person={person} /> : !isPending && <Nobody name={name} />}
    </aside>
  )
}

function Nobody({ name }: { name: string }) {
  return (
    <PageState title={`There’s no user called ${name}`}>
      Perhaps the account was deleted, or its name is spelled otherwise.
    </PageState>
  )
}

function Person({
  person,
  isSelf,
  signInsOf,
  onClose,
  onActAs,
  onProfile,
}: PersonPanelProps & { person: UserDetails }) {
  const [open, setOpen] = useState<'edit' | 'password' | 'reset' | 'delete'>()
  const close = () => setOpen(undefined)
  const { username } = person
  return (
    <>
      <div className={styles.who}>
        <Avatar name={nameOf(person)} isLarge />
        <div className="grow">
          <p className={`strong ${styles.name}`}>{username}</p>
          <p className="muted sm">{isSelf ? 'This is you' : person.isAdmin ? 'Admin' : 'Shares links of their own'}</p>
        </div>
      </div>
      {person.problem && (
        <p className={`bad sm ${styles.problem}`}>
          <Icon name="exclamation-triangle" />
          {person.problem}
        </p>
      )}
      <div className={styles.actions}>
        {isSelf ? (
          <button type="button" className="btn btn-primary" onClick={onProfile}>
            Your profile
          </button>
        ) : (
          <button type="button" className="btn btn-primary" onClick={() => onActAs(person)}>
            <Icon name="person-fill" />
            <span className="cut">Act as {nameOf(person)}</span>
          </button>
        )}
        <button type="button" className="btn" onClick={() => setOpen('edit')}>
          <Icon name="pencil" />
          Edit
        </button>
      </div>
      <Facts person={person} />
      {signInsOf(person)}
      <div className={styles.rest}>
        {!isSelf && (person.twoFactor || person.passkeys > 0) && (
          <button type="button" className="btn btn-quiet btn-s" onClick={() => setOpen('reset')}>
            <Icon name="shield-lock" />
            Reset sign-in
          </button>
        )}
        {username !== 'admin' && !isSelf && (
          <>
            <button type="button" className="btn btn-quiet btn-s" onClick={() => setOpen('password')}>
              <Icon name="key" />
              New password
            </button>
            <span className="grow" />
            <button type="button" className="btn btn-quiet btn-s btn-danger-quiet" onClick={() => setOpen('delete')}>
              <Icon name="trash" />
              Delete
            </button>
          </>
        )}
      </div>
      {open === 'edit' && <EditPersonDialog person={person} isSelf={isSelf} onClose={close} />}
      {open === 'password' && <ResetPasswordDialog person={person} onClose={close} />}
      {open === 'reset' && <ResetSignInDialog person={person} onClose={close} />}
      {open === 'delete' && <DeletePersonDialog person={person} onClose={close} onDeleted={onClose} />}
    </>
  )
}

function Facts({ person }: { person: UserDetails }) {
  const { username, isAdmin, links, bytes, sessions, createdAt, twoFactor, passkeys } = person
  return (
    <dl className={styles.facts}>
      <Fact name="Links">
        {links === 0 ? (
          'None yet'
        ) : (
          <Link href={`/links?owner=${encodeURIComponent(username)}`}>Show {formatMany(links, 'link')}</Link>
        )}
      </Fact>
      <Fact name="Files">{bytes === 0 ? 'None' : formatSize(bytes)}</Fact>
      <Fact name="Signed in">{sessions === 0 ? 'Nowhere now' : `In ${formatMany(sessions, 'browser')}`}</Fact>
      <Fact name="Second step">{twoFactor ? 'On' : 'Off'}</Fact>
      {passkeys > 0 && <Fact name="Passkeys">{formatCount(passkeys)}</Fact>}
      <Fact name="Can">{isAdmin ? 'See and change everything' : 'See and change what they share'}</Fact>
      {createdAt && <Fact name="Since">{formatFact(createdAt)}</Fact>}
    </dl>
  )
}
