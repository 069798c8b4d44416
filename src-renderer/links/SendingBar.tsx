/** How far a file is on its way, and how to stop it. */
import { formatProgress, formatSpeed, formatTimeLeft } from '../lib/format.ts'
import styles from './sending-bar.module.css'
import type { Sending } from './use-sending.ts'

export function SendingBar({ sending, onStop }: { sending: Sending; onStop: () => void }) {
  const { name, size, bytes, speed } = sending
  const share = size === 0 ? 1 : bytes / size
  const facts = [
    formatProgress(bytes, size),
    ...(speed > 0 ? [formatSpeed(speed), formatTimeLeft((size - bytes) / speed)] : []),
  ]
  return (
    <div className={styles.sending} role="status">
      <div className="row-x">
        <span className="strong sm cut grow">{name}</span>
        <button type="button" className="btn btn-s" onClick={onStop}>
          Cancel
        </button>
      </div>
      <div className="t8-bar" role="progressbar" aria-label={`Sending ${name}`} aria-valuenow={Math.round(share * 100)}>
        <span style={{ transform: `scaleX(${share})` }} />
      </div>
      <span className="muted xs num">{facts.join(' · ')}</span>
    </div>
  )
}
