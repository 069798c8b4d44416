/** A way to sign in elsewhere: whether it is on, what the provider has to be told, and whether it answers. */
import { type ReactNode, useId } from 'react'
import type { SsoProvider, SsoState } from '../../src-server/contract/sso.ts'
import { messageOf } from '../lib/errors.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Fact, Facts } from '../ui/Fact.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useCheckProvider } from './queries.ts'
import styles from './sso.module.css'

interface ProviderCardProps {
  readonly provider: SsoProvider
  readonly title: string
  readonly state: SsoState['oidc' | 'saml']
  /** What it is for, in a sentence. */
  readonly lead: string
  /** Name → address to give to the provider. */
  readonly toTell: Readonly<Record<string, string>>
  readonly children?: ReactNode
}

const pills = {
  on: { tone: 'ok', words: 'On' },
  incomplete: { tone: 'warn', words: 'Not complete' },
  off: { tone: 'off', words: 'Not set up' },
} as const

export function ProviderCard({ provider, title, state, lead, toTell, children }: ProviderCardProps) {
  const id = useId()
  const { tone, words } = pills[state.state]
  return (
    <section className={`t8-card ${styles.card}`} aria-labelledby={id}>
      <div className={styles.head}>
        <h3 id={id}>{title}</h3>
        <span className={`t8-pill ${tone}`}>{words}</span>
      </div>
      <p>{state.lacking ? `${state.lacking}. Fill it in below.` : lead}</p>
      <Facts hasButtons>
        {Object.entries(toTell).map(([name, address]) => (
          <Fact key={name} name={name}>
            <span className={styles.address}>
              <span className="mono sm">{address}</span>
              <CopyButton text={address} name={`Copy ${name}`} what={name} className="btn-quiet btn-s btn-icon" />
            </span>
          </Fact>
        ))}
      </Facts>
      {children}
      {state.state === 'on' && <Check provider={provider} title={title} />}
    </section>
  )
}

function Check({ provider, title }: { provider: SsoProvider; title: string }) {
  const check = useCheckProvider()
  return (
    <div className={styles.foot}>
      <button
        type="button"
        className="btn"
        aria-label={`Check connection to ${title}`}
        disabled={check.isPending}
        onClick={() => check.mutate(provider)}
      >
        Check connection
      </button>
      <p className={`sm ${styles.finding}`} role="status">
        {check.isPending && <span className="muted">Asking the provider…</span>}
        {check.data && (
          <>
            <Icon
              name={check.data.isGood ? 'check-circle' : 'exclamation-octagon'}
              className={check.data.isGood ? 'ok' : 'bad'}
            />
            <span className={check.data.isGood ? '' : 'bad'}>{check.data.detail}.</span>
          </>
        )}
        {check.error && <span className="bad">{messageOf(check.error)}</span>}
      </p>
    </div>
  )
}
