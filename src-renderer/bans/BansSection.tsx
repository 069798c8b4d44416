/** Who is kept out, and who is close to it. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { BansState } from '../../src-server/contract/bans.ts'
import { Icon } from '../ui/Icon.tsx'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import { BanDialog } from './BanDialog.tsx'
import { BanList } from './BanList.tsx'
import styles from './bans.module.css'
import { bansQuery } from './queries.ts'
import { WatchList } from './WatchList.tsx'

export function BansSection() {
  const { data, error, refetch } = useQuery(bansQuery())
  const [isAsking, setIsAsking] = useState(false)
  if (!data && !error) return <Bones />
  if (!data) {
    return <NotLoaded title="Who is banned could not be loaded" error={error} onRetry={() => void refetch()} />
  }
  return (
    <div className={styles.section}>
      <div className={styles.bar}>
        <h3>Banned addresses</h3>
        <button type="button" className="btn" onClick={() => setIsAsking(true)}>
          <Icon name="sign-stop" />
          Ban an address
        </button>
      </div>
      {data.isOn || <p className="warn sm">Bans are off, so nobody is kept out. Switch them on below.</p>}
      {data.items.length > 0 ? <BanList bans={data.items} /> : <Nobody state={data} />}
      {data.watching.length > 0 && <WatchList watching={data.watching} maxRetry={data.maxRetry} />}
      {isAsking && <BanDialog onClose={() => setIsAsking(false)} />}
    </div>
  )
}

function Nobody({ state: { isOn, maxRetry } }: { state: BansState }) {
  return (
    <div className={styles.empty}>
      <p className="strong">Nobody is banned</p>
      {isOn && (
        <p className="muted sm">
          Whoever gets a password wrong {maxRetry === 1 ? 'once' : `${maxRetry} times`} is kept out for a while, and is
          listed here.
        </p>
      )}
    </div>
  )
}

function Bones() {
  return (
    <div className={styles.bones} role="status" aria-label="Loading who is banned">
      {[1, 2].map(row => (
        <span key={row} className="t8-bone" />
      ))}
    </div>
  )
}
