/** Security, Behind a proxy: what is seen of it, whether it is right, and how to set one up. */
import { useQuery } from '@tanstack/react-query'
import type { ProxyState } from '../../src-server/contract/proxies.ts'
import { useNow } from '../lib/now.ts'
import { Fact, Facts } from '../ui/Fact.tsx'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import { ProxyCheck } from './ProxyCheck.tsx'
import { ProxyConfigs } from './ProxyConfigs.tsx'
import { ProxyFindings } from './ProxyFindings.tsx'
import styles from './proxies.module.css'
import { stateWords, visitorWords } from './proxy-words.ts'
import { proxyQueries } from './queries.ts'

export function ProxySection() {
  const { data, error, isPending, refetch } = useQuery(proxyQueries.state())
  if (isPending) return <Bones />
  if (!data) {
    return (
      <NotLoaded title="What is seen of proxies could not be loaded" error={error} onRetry={() => void refetch()} />
    )
  }
  return (
    <div className={styles.section}>
      <ProxyFindings state={data} />
      <State state={data} />
      <ProxyConfigs publicUrl={data.publicUrl} />
    </div>
  )
}

function State({ state }: { state: ProxyState }) {
  const now = useNow()
  const { trusted, publicUrl, lastVisitor, findings } = state
  const isRight = lastVisitor !== undefined && findings.length === 0
  return (
    <section className={`t8-card ${styles.card}`} aria-labelledby="proxy-state">
      <div className={styles.head}>
        <h3 id="proxy-state">How visitors come</h3>
        <span className={`t8-pill ${findings.length > 0 ? 'warn' : isRight ? 'ok' : 'off'}`}>
          {findings.length > 0 ? 'Needs a look' : isRight ? 'By a proxy' : 'Directly'}
        </span>
      </div>
      <p>{stateWords(state)}</p>
      <Facts>
        <Fact name="Public address">
          {publicUrl === '' ? <span className="muted">None; set it under Settings, Sharing</span> : publicUrl}
        </Fact>
        {trusted.length > 0 && <Fact name="Trusted">{trusted.join(', ')}</Fact>}
        {lastVisitor && <Fact name="Last visitor">{visitorWords(lastVisitor, now)}</Fact>}
      </Facts>
      {publicUrl !== '' && <ProxyCheck />}
    </section>
  )
}

function Bones() {
  return (
    <div className={styles.bones} role="status" aria-label="Loading what is seen of proxies">
      {[1, 2].map(row => (
        <span key={row} className="t8-bone" />
      ))}
    </div>
  )
}
