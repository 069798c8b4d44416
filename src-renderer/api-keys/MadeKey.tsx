/** A key that was just made: here to be copied, and never to be seen again. */
import type { ApiKey } from '../../src-server/contract/api-keys.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import styles from './api-keys.module.css'
import { exampleFor } from './key-words.ts'

interface MadeKeyProps {
  readonly apiKey: ApiKey
  readonly secret: string
  /** Where programs reach this instance. */
  readonly url: string
  /** Where a program finds the certificate to trust. */
  readonly trustUrl: string | undefined
  readonly onClose: () => void
}

export function MadeKey({ apiKey, secret, url, trustUrl, onClose }: MadeKeyProps) {
  const example = exampleFor(apiKey, { key: secret, url })
  const done = (
    <button type="button" className="btn btn-primary" onClick={onClose}>
      Done
    </button>
  )
  return (
    <Dialog title={`The key for ${apiKey.name}`} onClose={onClose} buttons={done}>
      <p>Copy it now: it is not shown again, to you or anybody else.</p>
      <div className={styles.made}>
        <output className={`mono strong ${styles.secret}`}>{secret}</output>
        <CopyButton text={secret} label="Copy" name="Copy the key" what="Key" />
      </div>
      <div className={styles.example}>
        <p className="strong sm">Try it in a terminal</p>
        <div className={styles.made}>
          <code className={`mono xs ${styles.secret}`}>{example}</code>
          <CopyButton text={example} name="Copy the example" what="Example" className="btn-quiet btn-s btn-icon" />
        </div>
        {trustUrl && (
          <p className="muted xs">
            curl asks for the certificate of this server first: take it from <span className="mono">{trustUrl}</span>{' '}
            and add <span className="mono keep">--cacert ca.crt</span>.
          </p>
        )}
        <p className="muted xs">
          Programs send it as <span className="mono">Authorization: Bearer</span> or{' '}
          <span className="mono">X-API-Key</span>, never in an address. All that it can do is described at{' '}
          <span className="mono">/api/v1/openapi.json</span>.
        </p>
      </div>
    </Dialog>
  )
}
