/** One's accounts elsewhere that open this one: linked by oneself, and by nobody else. */
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { Identity, SsoProvider } from '../../src-server/contract/sso.ts'
import { isDesktop } from '../lib/desktop.ts'
import { messageOf } from '../lib/errors.ts'
import { formatFact } from '../lib/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { ssoQueries, useLink } from './queries.ts'
import styles from './sso.module.css'
import { UnlinkDialog } from './UnlinkDialog.tsx'

/** `isActing`: an admin looks at it as this user, for whom they link nothing. */
export function LinkedAccounts({ isActing }: { isActing: boolean }) {
  const headingId = useId()
  const { data, error, refetch } = useQuery(ssoQueries.identities())
  const [leaving, setLeaving] = useState<Identity>()
  if (error) {
    return (
      <p className="bad sm" role="alert">
        The linked accounts could not be loaded: {messageOf(error)}{' '}
        <button type="button" className="link-button" onClick={() => void refetch()}>
          Try again
        </button>
      </p>
    )
  }
  const offers = Object.entries(data?.offers ?? {}) as [SsoProvider, { label: string }][]
  // Where nothing is set up, there is nothing to do or to know.
  if (!data || (offers.length === 0 && data.items.length === 0)) return null
  return (
    <section className={styles.section} aria-labelledby={headingId}>
      <div>
        <h3 id={headingId}>Linked accounts</h3>
        <p className="muted sm">Accounts elsewhere that you can sign in with instead of your password.</p>
      </div>
      {data.items.length > 0 && (
        <ul className={styles.list} aria-label="Linked accounts">
          {data.items.map(identity => (
            <li key={identity.id} className={styles.account}>
              <span className="t8-tile sm plain">
                <Icon name="person" />
              </span>
              <div className={styles.words}>
                <p className="strong">{identity.name}</p>
                <p className="muted xs">
                  {identity.issuer} · linked {formatFact(identity.linkedAt)}
                </p>
              </div>
              {!isActing && (
                <button
                  type="button"
                  className="btn"
                  aria-label={`Unlink ${identity.name}`}
                  onClick={() => setLeaving(identity)}
                >
                  Unlink
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {isActing ? null : isDesktop ? (
        <p className="muted sm">To link one, sign in to Trunk8 in a browser: the other service sends you back there.</p>
      ) : (
        <LinkButtons offers={offers} />
      )}
      {leaving && <UnlinkDialog identity={leaving} onClose={() => setLeaving(undefined)} />}
    </section>
  )
}

function LinkButtons({ offers }: { offers: readonly (readonly [SsoProvider, { label: string }])[] }) {
  const link = useLink()
  return (
    <div className={styles.buttons}>
      {offers.map(([provider, { label }]) => (
        <button
          key={provider}
          type="button"
          className="btn"
          disabled={link.isPending}
          onClick={() => link.mutate(provider)}
        >
          <Icon name="link-45deg" />
          <span className="cut">Link an account at {label}</span>
        </button>
      ))}
    </div>
  )
}
