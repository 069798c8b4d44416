/** One's accounts elsewhere that open this one: linked by oneself, and by nobody else. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Identity, SsoProvider } from '../../src-server/contract/sso.ts'
import { isDesktop } from '../lib/desktop.ts'
import { messageOf } from '../lib/errors.ts'
import { formatFact } from '../lib/format.ts'
import { Entry, EntryList } from '../ui/EntryList.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Part } from '../ui/Part.tsx'
import { ssoQueries, useLink } from './queries.ts'
import styles from './sso.module.css'
import { UnlinkDialog } from './UnlinkDialog.tsx'

/** `isActing`: an admin looks at it as this user, for whom they link nothing. */
export function LinkedAccounts({ isActing }: { isActing: boolean }) {
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
    <Part title="Linked accounts" lead="Accounts elsewhere that you can sign in with instead of your password.">
      {data.items.length > 0 && (
        <EntryList label="Linked accounts">
          {data.items.map(identity => (
            <Entry
              key={identity.id}
              icon="person"
              name={<span className="strong">{identity.name}</span>}
              actions={
                !isActing && (
                  <button
                    type="button"
                    className="btn"
                    aria-label={`Unlink ${identity.name}`}
                    onClick={() => setLeaving(identity)}
                  >
                    Unlink
                  </button>
                )
              }
            >
              <p className="muted xs">
                {identity.issuer} · linked {formatFact(identity.linkedAt)}
              </p>
            </Entry>
          ))}
        </EntryList>
      )}
      {isActing ? null : isDesktop ? (
        <p className="muted sm">To link one, sign in to Trunk8 in a browser: the other service sends you back there.</p>
      ) : (
        <LinkButtons offers={offers} />
      )}
      {leaving && <UnlinkDialog identity={leaving} onClose={() => setLeaving(undefined)} />}
    </Part>
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
