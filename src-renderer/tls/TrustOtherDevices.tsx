/** For phones and other computers: the page that tells them how, and the words by which people see that it is the right one. */
import { useState } from 'react'
import type { CertificateState } from '../../src-server/contract/tls.ts'
import { withoutScheme } from '../lib/format.ts'
import { saveBlob } from '../lib/save-file.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Icon } from '../ui/Icon.tsx'
import { QrDialog } from '../ui/QrDialog.tsx'
import styles from './tls.module.css'

interface TrustOtherDevicesProps {
  readonly authority: NonNullable<CertificateState['authority']>
  readonly trustUrl: string
}

export function TrustOtherDevices({ authority, trustUrl }: TrustOtherDevicesProps) {
  const [isQrOpen, setIsQrOpen] = useState(false)
  const { words, hex } = authority.fingerprint
  const save = () =>
    saveBlob(new Blob([authority.certificate], { type: 'application/x-x509-ca-cert' }), 'trunk8-ca.crt')
  return (
    <>
      <div className={styles.row}>
        <p className="grow">
          Other devices open <span className="mono strong">{withoutScheme(trustUrl)}</span> and follow the steps there.
        </p>
        <div className={styles.actions}>
          <CopyButton text={trustUrl} label="Copy" name="Copy the address" />
          <button type="button" className="btn" onClick={() => setIsQrOpen(true)}>
            <Icon name="qr-code" />
            QR code
          </button>
          <button type="button" className="btn" onClick={save}>
            <Icon name="download" />
            Save the certificate
          </button>
        </div>
      </div>
      <div className={styles.compare}>
        <p id="words-to-compare">
          The page there shows these words. If a single one differs, somebody else answers in this computer’s place.
        </p>
        <ol className={styles.words} aria-labelledby="words-to-compare">
          {words.map((word, index) => (
            // The same word may stand for two places.
            // biome-ignore lint/suspicious/noArrayIndexKey: their order never changes
            <li key={index}>{word}</li>
          ))}
        </ol>
        <details className="sm">
          <summary className="muted">The whole fingerprint, as devices show it (SHA-256)</summary>
          <p className={`mono ${styles.hex}`}>{hex}</p>
        </details>
      </div>
      {isQrOpen && <QrDialog title="Trust this Trunk8" url={trustUrl} onClose={() => setIsQrOpen(false)} />}
    </>
  )
}
