/** What is on its way, then the newest links: each keeps its place when it turns from one into the other. */
import { Link as RouteLink } from 'wouter'
import { messageOf } from './lib/errors.ts'
import { useIsNarrow } from './lib/media.ts'
import { LinkCard } from './links/LinkCard.tsx'
import { useNewest } from './links/queries.ts'
import styles from './share-screen.module.css'
import type { Intake } from './transfers/intake.ts'
import { TransferCard } from './transfers/TransferCard.tsx'
import type { Uploads } from './transfers/uploads.ts'
import { useMoving } from './transfers/use-moving.ts'

interface JustSharedProps {
  readonly owner: string
  readonly uploads: Uploads
  readonly intake: Intake
}

export function JustShared({ owner, uploads, intake }: JustSharedProps) {
  const newest = useNewest(owner)
  const isPhone = useIsNarrow(600)
  const { links } = newest
  const codes = new Set(links.map(({ code }) => code))
  const moving = useMoving({ owner, uploads, intake }).filter(({ code }) => !code || !codes.has(code))
  const isEmpty = newest.isSuccess && moving.length === 0 && links.length === 0
  return (
    <section aria-label="Just shared">
      <div className={styles.recentHead}>
        <h2>Just shared</h2>
        <RouteLink href="/links" className="sm">
          All links
        </RouteLink>
      </div>
      {isEmpty && (
        <p className={styles.nothing}>
          Nothing shared yet.{' '}
          {isPhone ? 'Choose a file, or type a link.' : 'Drop a file on this window, or paste a link.'}
        </p>
      )}
      <ul className={styles.recent}>
        {moving.map(item => (
          <li key={item.key}>
            <TransferCard moving={item.moving} />
          </li>
        ))}
        {newest.isPending && <Bones />}
        {links.map(link => (
          <li key={uploads.idOf(link.code) ?? link.code}>
            <LinkCard link={link} />
          </li>
        ))}
      </ul>
      {newest.isError && (
        <p className="row-x" role="alert">
          <span className="muted">{messageOf(newest.error)}.</span>
          <button type="button" className="btn btn-s" onClick={() => void newest.refetch()}>
            Try again
          </button>
        </p>
      )}
    </section>
  )
}

function Bones() {
  return ['first', 'second', 'third'].map(name => (
    <li key={name} className={`t8-card ${styles.bone}`} aria-hidden="true">
      <span className="t8-bone" />
      <span className="t8-bone" />
    </li>
  ))
}
