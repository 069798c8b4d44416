/** Recovery codes that were just made: here to be kept, and never to be seen again. */
import { useEffect, useRef } from 'react'
import { saveBlob } from '../lib/save-file.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Icon } from '../ui/Icon.tsx'
import styles from './two-factor.module.css'

export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const list = useRef<HTMLUListElement>(null)
  // What had the focus before is gone.
  useEffect(() => list.current?.focus(), [])
  const text = asText(codes)
  const save = () => saveBlob(new Blob([text], { type: 'text/plain;charset=utf-8' }), 'trunk8-recovery-codes.txt')
  return (
    <>
      <p>
        If you lose your phone, each of these lets you in once. Keep them where you keep your passwords, or print them.
        They are not shown again.
      </p>
      <ul ref={list} className={`mono ${styles.codes}`} aria-label="Recovery codes" tabIndex={-1}>
        {codes.map(code => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={styles.actions}>
        <CopyButton text={text} label="Copy" name="Copy the recovery codes" what="Recovery codes" />
        <button type="button" className="btn" onClick={save}>
          <Icon name="download" />
          Save as a file
        </button>
      </div>
    </>
  )
}

/** Says what it is, for whoever finds it in a drawer years later. */
const asText = (codes: readonly string[]): string =>
  [
    `Recovery codes for Trunk8 at ${location.host || 'this computer'}`,
    'Each works once, in the place of the code that the app shows.',
    '',
    ...codes,
    '',
  ].join('\n')
