/** Everybody who may share here: who they are, what they have, and what an admin can do for them. */
import { useQuery } from '@tanstack/react-query'
import { type ComponentProps, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { UserDetails } from '../../src-server/contract/users.ts'
import { formatCount } from '../lib/format.ts'
import { useIsNarrow } from '../lib/media.ts'
import { Icon } from '../ui/Icon.tsx'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import { PageState } from '../ui/PageState.tsx'
import { CreatePersonDialog } from './CreatePersonDialog.tsx'
import { PersonPanel } from './PersonPanel.tsx'
import { PersonTable } from './PersonTable.tsx'
import styles from './people-page.module.css'
import { findPeople } from './person-words.ts'
import { peopleQueries } from './queries.ts'

interface PeoplePageProps {
  /** The user in the side panel. */
  readonly name: string | undefined
  /** The admin who looks. */
  readonly self: string
  /** What a phone shows at the top right of every screen. */
  readonly corner: ReactNode
  readonly onActAs: (person: UserDetails) => void
  /** Opens one's own profile. */
  /** What an admin sees of how and where somebody signs in. */
  readonly signInsOf: (person: UserDetails) => ReactNode
  readonly onProfile: () => void
}

const address = (name: string) => `/people/${encodeURIComponent(name)}`

export function PeoplePage({ name, self, corner, signInsOf, onActAs, onProfile }: PeoplePageProps) {
  const people = useQuery(peopleQueries.list())
  const [, navigate] = useLocation()
  const [isCreating, setIsCreating] = useState(false)
  const isCover = useIsNarrow(900) && name !== undefined
  const list = useFocusReturn(name)
  useEffect(() => {
    document.title = 'People – Trunk8'
  }, [])
  const close = () => navigate('/people')
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc closes the panel from anywhere on the page
    <div className={styles.split} onKeyDown={event => isEscape(event) && name !== undefined && close()}>
      <section ref={list} className={styles.list} inert={isCover}>
        <header className={styles.head}>
          <h1>People</h1>
          {people.data && <span className="muted num">{formatCount(people.data.length)}</span>}
          <span className="grow" />
          <button type="button" className={`btn btn-primary ${styles.add}`} onClick={() => setIsCreating(true)}>
            <Icon name="person-plus" />
            <span className={styles.addWords}>Add a person</span>
          </button>
          {corner}
        </header>
        <Body people={people.data} error={people.error} onRetry={() => void people.refetch()}>
          {all => <PersonList people={all} self={self} selected={name} onAdd={() => setIsCreating(true)} />}
        </Body>
      </section>
      {name !== undefined && (
        <PersonPanel
          key={name}
          name={name}
          person={people.data?.find(({ username }) => username === name)}
          isPending={people.isPending}
          isSelf={name === self}
          isCover={isCover}
          onClose={close}
          onActAs={onActAs}
          signInsOf={signInsOf}
          onProfile={onProfile}
        />
      )}
      {isCreating && (
        <CreatePersonDialog
          known={people.data ?? []}
          onClose={() => setIsCreating(false)}
          onCreated={username => navigate(address(username))}
        />
      )}
    </div>
  )
}

/** More are looked through by their names. */
const seenAtAGlance = 10

function PersonList({ people, ...table }: ComponentProps<typeof PersonTable>) {
  const [q, setQ] = useState('')
  const found = findPeople(people, q)
  if (people.length <= seenAtAGlance && q === '') return <PersonTable people={people} {...table} />
  return (
    <>
      <div className={styles.search}>
        <Icon name="search" />
        <input
          type="search"
          className="form-control w-100"
          placeholder="Search people"
          aria-label="Search people"
          autoComplete="off"
          spellCheck={false}
          value={q}
          onChange={event => setQ(event.target.value)}
        />
      </div>
      {found.length > 0 ? (
        <PersonTable people={found} {...table} />
      ) : (
        <PageState title={`Nobody’s name holds “${q.trim()}”`} />
      )}
    </>
  )
}

interface BodyProps {
  readonly people: readonly UserDetails[] | undefined
  readonly error: unknown
  readonly onRetry: () => void
  readonly children: (people: readonly UserDetails[]) => ReactNode
}

function Body({ people, error, onRetry, children }: BodyProps) {
  if (people) return children(people)
  if (!error) return <Bones />
  return <NotLoaded title="The people could not be loaded" error={error} onRetry={onRetry} />
}

function Bones() {
  return (
    <div role="status" aria-label="Loading the people">
      {['first', 'second', 'third'].map(place => (
        <div key={place} className={styles.bones}>
          <span className="t8-bone" />
          <span className="t8-bone" />
        </div>
      ))}
    </div>
  )
}

/** Esc, unless it is meant for a dialog, whose events come up here though it lies elsewhere. */
const isEscape = ({ key, currentTarget, target }: KeyboardEvent): boolean =>
  key === 'Escape' && target instanceof Node && currentTarget.contains(target)

/** When the panel closes, the focus returns to its row in the list. */
function useFocusReturn(name: string | undefined) {
  const list = useRef<HTMLElement>(null)
  const last = useRef(name)
  useEffect(() => {
    if (last.current !== undefined && name === undefined) {
      const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-name]') ?? [])]
      rows.find(row => row.dataset.name === last.current)?.focus()
    }
    last.current = name
  }, [name])
  return list
}
