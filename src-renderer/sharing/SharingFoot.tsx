/** The state of sharing in a few words, for the foot of the sidebar and the top of a phone. */
import { useQuery } from '@tanstack/react-query'
import { withoutScheme } from '../lib/format.ts'
import { sharingQuery } from './queries.ts'
import styles from './sharing.module.css'
import { describeSharing } from './sharing-words.ts'

export function SharingPill() {
  const { data: status } = useQuery(sharingQuery())
  if (!status) return null
  const { word, tone } = describeSharing(status)
  return <span className={`t8-pill ${tone}`}>{word}</span>
}

export function SharingFoot() {
  const { data: status } = useQuery(sharingQuery())
  return (
    <div className={styles.foot}>
      <SharingPill />
      {status && (
        <div className="muted xs num cut" title={status.url}>
          {withoutScheme(status.url)}
        </div>
      )}
    </div>
  )
}
