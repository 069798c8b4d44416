/** The people as a table; where there is little room, as rows of two lines. The whole row opens the person. */
import { Link } from 'wouter'
import type { UserDetails } from '../../src-server/contract/users.ts'
import { formatCount, formatSize } from '../lib/format.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Icon } from '../ui/Icon.tsx'
import styles from './person-table.module.css'
import { holdings, nameOf } from './person-words.ts'

interface PersonTableProps {
  readonly people: readonly UserDetails[]
  /** The admin who looks. */
  readonly self: string
  readonly selected: string | undefined
  readonly onAdd: () => void
}

export function PersonTable({ people, self, selected, onAdd }: PersonTableProps) {
  return (
    <>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" className={styles.number}>
              Links
            </th>
            <th scope="col" className={styles.number}>
              Files
            </th>
            <th scope="col" className={styles.number}>
              Sessions
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map(person => (
            <Row
              key={person.username}
              person={person}
              isSelf={person.username === self}
              isSelected={person.username === selected}
            />
          ))}
        </tbody>
      </table>
      {people.length === 1 && people[0]?.username === self && <Alone onAdd={onAdd} />}
    </>
  )
}

interface RowProps {
  readonly person: UserDetails
  readonly isSelf: boolean
  readonly isSelected: boolean
}

function Row({ person, isSelf, isSelected }: RowProps) {
  const { username, links, bytes, sessions, isAdmin, problem } = person
  const name = nameOf(person)
  return (
    <tr className={`${styles.row} ${isSelected ? styles.selected : ''}`}>
      <th scope="row" className={styles.who}>
        <Avatar name={name} />
        <span className={styles.names}>
          <Link
            href={`/people/${encodeURIComponent(username)}`}
            className={`strong cut ${styles.open}`}
            aria-current={isSelected || undefined}
            data-name={username}
          >
            {name}
          </Link>
          <span className="muted xs cut">
            {username}
            <span className={styles.below}> · {holdings(person)}</span>
          </span>
        </span>
        {isSelf && <span className="t8-chip">You</span>}
        {isAdmin && <span className="t8-chip on">Admin</span>}
        {problem && (
          <span className="t8-chip bad" title={problem}>
            <Icon name="exclamation-triangle" />
            Problem
          </span>
        )}
      </th>
      <td className={`num ${styles.number}`}>{formatCount(links)}</td>
      <td className={`num ${styles.number} ${bytes === 0 ? 'muted' : ''}`}>
        {bytes === 0 ? 'None' : formatSize(bytes)}
      </td>
      <td className={`num ${styles.number} ${sessions === 0 ? 'muted' : ''}`}>{formatCount(sessions)}</td>
    </tr>
  )
}

/** So far the admin is all there is. */
function Alone({ onAdd }: { onAdd: () => void }) {
  return (
    <div className={styles.alone}>
      <p className="muted">
        Nobody else yet. People you add sign in from their own devices and share links of their own.
      </p>
      <button type="button" className="btn" onClick={onAdd}>
        Add the first person
      </button>
    </div>
  )
}
