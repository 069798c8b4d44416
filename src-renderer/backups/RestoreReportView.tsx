/** What a restore would do, person by person, in sentences; the links are one click further. */
import type { ReactNode } from 'react'
import type { RestoredUser, RestoreReport } from '../../src-server/contract/backups.ts'
import { formatFact, formatMany } from '../lib/format.ts'
import { filesWords, isChanged } from './backup-words.ts'
import styles from './backups.module.css'

const openUpTo = 12

export function RestoreReportView({ report }: { report: RestoreReport }) {
  const { users, blockedBy, createdAt, createdBy } = report
  return (
    <>
      {createdAt && (
        <p className="muted sm">
          Made {formatFact(createdAt)}
          {createdBy && ` by ${createdBy}`}
        </p>
      )}
      {blockedBy && (
        <p className="bad" role="alert">
          {blockedBy}.
        </p>
      )}
      {users.filter(isWorthSaying).map(user => (
        <section key={user.username} className={styles.person} aria-label={user.username}>
          {users.length > 1 && (
            <h3 className={styles.who}>
              {user.username}
              {user.isNewUser && <span className="t8-chip">New here</span>}
            </h3>
          )}
          <PersonReport user={user} />
        </section>
      ))}
      {!blockedBy && users.length > 0 && !users.some(isChanged) && (
        <p className="strong">Everything is here already. There is nothing to restore.</p>
      )}
    </>
  )
}

/** A new user is, even without a link. */
const isWorthSaying = ({ isNewUser, created, overwritten, unchanged, removed, conflicts, refused }: RestoredUser) =>
  isNewUser || [created, overwritten, unchanged, removed, conflicts, refused].some(rows => rows.length > 0)

function PersonReport({ user }: { user: RestoredUser }) {
  const { created, overwritten, unchanged, removed, conflicts, refused } = user
  return (
    <div className={styles.facts}>
      <Codes codes={created}>
        {formatMany(created.length, 'link')} come{created.length === 1 ? 's' : ''} back
        {overwritten.length === 0 && filesWords(user)}
      </Codes>
      <Codes codes={overwritten}>
        {formatMany(overwritten.length, 'link')} {overwritten.length === 1 ? 'is' : 'are'} written over
        {filesWords(user)}
      </Codes>
      <Codes codes={unchanged}>
        {formatMany(unchanged.length, 'link')} {unchanged.length === 1 ? 'is' : 'are'} here already, the same
      </Codes>
      <Codes codes={removed}>
        {formatMany(removed.length, 'link')} go{removed.length === 1 ? 'es' : ''} to the trash
      </Codes>
      <Reasons tone="bad" rows={conflicts.map(({ code, owner }) => ({ code, reason: `belongs to ${owner}` }))}>
        {conflicts.length === 1 ? '1 code is' : `${formatMany(conflicts.length, 'code')} are`} taken by others
      </Reasons>
      <Reasons tone="warn" rows={refused}>
        {formatMany(refused.length, 'link')} cannot come back
      </Reasons>
    </div>
  )
}

function Codes({ codes, children }: { codes: readonly string[]; children: ReactNode }) {
  if (codes.length === 0) return null
  return (
    <details className={styles.fact}>
      <summary>{children}</summary>
      <p className={styles.codes}>
        {codes.map(code => (
          <span key={code} className="t8-code">
            {code}
          </span>
        ))}
      </p>
    </details>
  )
}

interface ReasonsProps {
  readonly tone: 'bad' | 'warn'
  readonly rows: readonly { readonly code: string; readonly reason: string }[]
  readonly children: ReactNode
}

/** Open from the start unless it is long: this is what a person has to see before they go on. */
function Reasons({ tone, rows, children }: ReasonsProps) {
  if (rows.length === 0) return null
  return (
    <details className={styles.fact} open={rows.length <= openUpTo}>
      <summary className={tone}>{children}</summary>
      <ul className={styles.reasons}>
        {rows.map(({ code, reason }) => (
          <li key={code}>
            <span className="t8-code">{code}</span> <span className="muted">{reason}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
