/** Security, Encryption: what is encrypted by what, until when, and how a device comes to trust it. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CertificateState } from '../../src-server/contract/tls.ts'
import { formatFact } from '../lib/format.ts'
import { Fact, Facts } from '../ui/Fact.tsx'
import { Notice } from '../ui/Notice.tsx'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import { certificateQuery } from './queries.ts'
import { ReplaceAuthorityDialog } from './ReplaceAuthorityDialog.tsx'
import { TrustOtherDevices } from './TrustOtherDevices.tsx'
import { TrustThisComputer } from './TrustThisComputer.tsx'
import styles from './tls.module.css'

export function CertificateCard() {
  const { data, error, isPending, refetch } = useQuery(certificateQuery())
  if (isPending) return <Bones />
  if (!data) {
    return <NotLoaded title="The certificate could not be loaded" error={error} onRetry={() => void refetch()} />
  }
  return (
    <div className={styles.section}>
      {data.problem && (
        <Notice kind="bad" title="Your own certificate cannot be used">
          {data.problem}.
        </Notice>
      )}
      {data.mode === 'off' ? <Off /> : <On state={data} />}
    </div>
  )
}

function Off() {
  return (
    <Notice kind="warn" title="Nothing is encrypted">
      Everybody on the network can read what goes by, passwords too. Switch encryption on below.
    </Notice>
  )
}

function On({ state }: { state: CertificateState }) {
  const { source, names, uncovered, validUntil, issuer, authority } = state
  const [isReplacing, setIsReplacing] = useState(false)
  return (
    <>
      <section className={`t8-card ${styles.card}`} aria-labelledby="certificate">
        <div className={styles.head}>
          <h3 id="certificate">Certificate</h3>
          <span className="t8-pill ok">{state.mode === 'only' ? 'Everything encrypted' : 'Encryption on'}</span>
        </div>
        <p>{source === 'own' ? wordsOfOwn : wordsOfMade}</p>
        <Facts>
          <Fact name="Good for">
            <Names names={names} />
          </Fact>
          <Fact name="Until">
            {formatFact(validUntil)}
            {source === 'made' && <span className="muted">, then it renews itself</span>}
          </Fact>
          <Fact name="Issued by">{issuer}</Fact>
        </Facts>
        {uncovered.length > 0 && (
          <Notice kind="warn" title={`It does not cover ${uncovered.join(', ')}`}>
            {uncovered.length === 1 ? 'This name came' : 'These names came'} after the authority was made. A new
            authority covers {uncovered.length === 1 ? 'it' : 'them'}; every device then has to be told once more.
          </Notice>
        )}
        {authority && (
          <div className={styles.foot}>
            <button type="button" className="btn" onClick={() => setIsReplacing(true)}>
              Make a new authority…
            </button>
          </div>
        )}
      </section>
      {authority && (
        <section className={`t8-card ${styles.card}`} aria-labelledby="trust">
          <h3 id="trust">Trusted devices</h3>
          <p>
            Until a device is told, its browser warns before it shows Trunk8. It has to be told once; every later
            certificate is then trusted too.
          </p>
          <TrustThisComputer />
          <TrustOtherDevices authority={authority} trustUrl={state.trustUrl} />
        </section>
      )}
      {isReplacing && <ReplaceAuthorityDialog onClose={() => setIsReplacing(false)} />}
    </>
  )
}

const wordsOfOwn = 'Your own certificate serves, from the files below. Trunk8 reads them again when they change.'
const wordsOfMade =
  'Trunk8 made it for this computer. It follows the addresses of this computer and renews itself in time.'

/** The first few are those that people use. */
function Names({ names }: { names: readonly string[] }) {
  return (
    <ul className={styles.names}>
      {names.map(name => (
        <li key={name} className="t8-chip">
          {name}
        </li>
      ))}
    </ul>
  )
}

function Bones() {
  return (
    <div className={styles.bones} role="status" aria-label="Loading the certificate">
      {[1, 2, 3].map(row => (
        <span key={row} className="t8-bone" />
      ))}
    </div>
  )
}
