/** One address as a QR code, large enough for a phone across the table. */
import { withoutScheme } from '../lib/format.ts'
import { Dialog } from './Dialog.tsx'
import { QrCode } from './QrCode.tsx'
import styles from './qr-dialog.module.css'

export function QrDialog({ title, url, onClose }: { title: string; url: string; onClose: () => void }) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className={styles.body}>
        <QrCode text={url} size="min(18rem, 70vw)" />
        <p className={styles.url}>{withoutScheme(url)}</p>
        <p className="muted sm">Scan it with a phone that is on the same network</p>
      </div>
    </Dialog>
  )
}
