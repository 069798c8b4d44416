/** The ways in besides a password, on the sign-in page: a button for each provider that is set up. */
import { useQuery } from '@tanstack/react-query'
import { ssoPaths } from '../../src-server/contract/sso.ts'
import { ssoQueries } from './queries.ts'
import styles from './sso.module.css'

export function SsoButtons() {
  const { data: offers = {} } = useQuery(ssoQueries.offers())
  const ways = (['oidc', 'saml'] as const).flatMap(provider => {
    const offer = offers[provider]
    return offer ? [{ provider, ...offer }] : []
  })
  if (ways.length === 0) return null
  const next = encodeURIComponent(`/${location.hash}`)
  return (
    <div className={styles.ways}>
      <p className={`muted sm ${styles.or}`}>or</p>
      {ways.map(({ provider, label }) => (
        <a key={provider} className="btn btn-touch" href={`${ssoPaths[provider]}?next=${next}`}>
          <span className="cut">Sign in with {label}</span>
        </a>
      ))}
    </div>
  )
}
