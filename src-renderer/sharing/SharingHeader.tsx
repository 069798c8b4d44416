/** Where others reach this computer: on or off, the address, its QR code. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SharingStatus } from '../../src-server/contract/sharing.ts'
import { isDesktop } from '../lib/desktop.ts'
import { withoutScheme } from '../lib/format.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Icon } from '../ui/Icon.tsx'
import { QrCode } from '../ui/QrCode.tsx'
import { QrDialog } from '../ui/QrDialog.tsx'
import { AddressMenu } from './AddressMenu.tsx'
import { sharingQuery, useChangeSharing } from './queries.ts'
import styles from './sharing.module.css'
import { describeSharing } from './sharing-words.ts'

export function SharingHeader() {
  const { data: status } = useQuery(sharingQuery())
  if (!status) return <Bones />
  const { isReachable } = describeSharing(status)
  return (
    <header className={styles.header}>
      <div className="grow">
        <StateLine status={status} />
        <AddressLine status={status} />
        <div className="row-x">
          <AddressMenu status={status} />
        </div>
      </div>
      <div className={`${styles.scan} ${isReachable ? '' : styles.resting}`}>
        <span className={`muted xs ${styles.scanHint}`}>Scan to open this address on a phone</span>
        <QrCode text={status.url} size="6rem" />
      </div>
    </header>
  )
}

/** The window's owner has a switch; who looks from elsewhere sees the state. */
function StateLine({ status }: { status: SharingStatus }) {
  const change = useChangeSharing()
  const { word, tone, means } = describeSharing(status)
  const isOn = change.isPending ? change.variables.on !== false : status.state !== 'off'
  return (
    <div className={`row-x ${styles.state}`}>
      {isDesktop ? (
        <span className={`form-switch ${styles.switch}`}>
          <input
            type="checkbox"
            role="switch"
            className="form-check-input"
            aria-label="Sharing"
            checked={isOn}
            aria-checked={isOn}
            disabled={change.isPending}
            onChange={event => change.mutate({ on: event.target.checked })}
          />
        </span>
      ) : (
        <span className={`t8-pill ${tone}`}>{word}</span>
      )}
      {isDesktop && <span className="strong keep">{word}</span>}
      <span className={`muted ${styles.dot}`}>·</span>
      <span className={`muted cut ${styles.means}`}>{means}</span>
    </div>
  )
}

function AddressLine({ status }: { status: SharingStatus }) {
  const [showsQr, setShowsQr] = useState(false)
  return (
    <div className={`row-x ${styles.addressLine}`}>
      <span className={`num cut ${styles.address} ${status.state === 'on' ? '' : styles.unreached}`} title={status.url}>
        {withoutScheme(status.url)}
      </span>
      <CopyButton text={status.url} name="Copy address" className={`btn-quiet btn-s btn-icon ${styles.touch}`} />
      <button
        type="button"
        className={`btn btn-quiet btn-s btn-icon ${styles.touch} ${styles.phoneQr}`}
        aria-label="Show QR code of the address"
        onClick={() => setShowsQr(true)}
      >
        <Icon name="qr-code" />
      </button>
      {showsQr && <QrDialog title={status.name} url={status.url} onClose={() => setShowsQr(false)} />}
    </div>
  )
}

function Bones() {
  return (
    <div className={styles.header} role="status" aria-label="Loading the address">
      <div className={styles.bones}>
        <span className="t8-bone" />
        <span className="t8-bone" />
        <span className="t8-bone" />
      </div>
    </div>
  )
}
