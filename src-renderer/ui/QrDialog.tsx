/** One address as a QR code, large enough for a phone across the table. */
import { withoutScheme } from '../lib/format.ts'
import { saveBlob } from '../lib/save-file.ts'
import { Dialog } from './Dialog.tsx'
import { Icon } from './Icon.tsx'
import { QrCode, qrFile } from './QrCode.tsx'
import styles from './qr-dialog.module.css'

export function QrDialog({ title, url, onClose }: { title: string; url: string; onClose: () => void }) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className={styles.body}>
        <QrCode text={url} size="min(18rem, 70vw)" />
        <p className={styles.url}>{withoutScheme(url)}</p>
        <p className="muted sm">Scan it with a phone that is on the same network</p>
        <button type="button" className="btn btn-s" onClick={() => saveBlob(qrFile(url), `${nameOf(url)}.svg`)}>
          <Icon name="download" />
          Save as SVG
        </button>
      </div>
    </Dialog>
  )
}

/** `http://192.168.1.24:5001/red-fox` → `red-fox`; what has no path → its host. */
function nameOf(url: string): string {
  const { host, pathname } = new URL(url)
  const path = decodeURIComponent(pathname.slice(1))
  return (path || host).replace(/[^\p{L}\p{N}._-]+/gu, '-')
}
