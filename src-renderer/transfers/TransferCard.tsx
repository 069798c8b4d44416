/** One thing on its way: how far it is, how fast, how long still; or what went wrong and what was kept. */

import { useIsCopied } from '../lib/clipboard.ts'
import { formatProgress, formatSize, formatSpeed, formatTimeLeft } from '../lib/format.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { fileIcon } from '../ui/file-icon.ts'
import { Icon } from '../ui/Icon.tsx'
import { ResultCard } from '../ui/ResultCard.tsx'
import styles from './transfer-card.module.css'

/** A transfer as the card needs it, whether this page sends it or the server tells of it. */
export interface Moving {
  readonly name: string
  readonly state: 'waiting' | 'running' | 'done' | 'failed'
  readonly bytes: number
  readonly size?: number
  readonly speed: number
  readonly url?: string
  readonly problem?: string
  readonly onCancel: () => void
  readonly onRetry?: () => void
  readonly onDismiss: () => void
}

export function TransferCard({ moving }: { moving: Moving }) {
  const { name, state, bytes, size, url } = moving
  const isCopied = useIsCopied(url ?? '')
  if (state === 'failed') return <FailedCard moving={moving} />
  const isDone = state === 'done'
  return (
    <ResultCard
      name={name}
      icon={fileIcon(name)}
      url={url}
      heading={isDone ? 'Shared' : 'Sharing…'}
      pill={isCopied && url && <span className="t8-pill ok">Copied</span>}
      detail={<span title={name}>{isDone && size !== undefined ? `${name} · ${formatSize(size)}` : name}</span>}
      chips={isDone ? undefined : <span className={`num ${styles.numbers}`}>{numbers(moving)}</span>}
      progress={isDone ? undefined : size ? Math.min(1, bytes / size) : 0}
      actions={
        isDone && url ? (
          <CopyButton text={url} label="Copy" name={`Copy link of ${name}`} className="btn-s" />
        ) : (
          <button type="button" className="btn btn-quiet btn-s" aria-label={`Cancel ${name}`} onClick={moving.onCancel}>
            Cancel
          </button>
        )
      }
    />
  )
}

function FailedCard({ moving }: { moving: Moving }) {
  const { name, problem = '', onRetry, onDismiss } = moving
  return (
    <ResultCard
      name={`${name} was not shared`}
      icon={fileIcon(name)}
      isBad
      heading={name}
      detail={<span title={problem}>{problem}</span>}
      actions={
        <>
          {onRetry && (
            <button type="button" className="btn btn-s" aria-label={`Try again with ${name}`} onClick={onRetry}>
              Try again
            </button>
          )}
          <button
            type="button"
            className="btn btn-quiet btn-s btn-icon"
            aria-label={`Dismiss ${name}`}
            title="Dismiss"
            onClick={onDismiss}
          >
            <Icon name="x-lg" />
          </button>
        </>
      }
    />
  )
}

/** `1.1 of 1.8 GB · 118 MB/s · 6 s left`. */
function numbers({ state, bytes, size, speed }: Moving): string {
  if (state === 'waiting') return size === undefined ? 'Waiting' : `${formatSize(size)} · waiting`
  if (size !== undefined && bytes >= size) return `${formatSize(size)} · finishing`
  const left = size !== undefined && speed > 0 ? [formatTimeLeft((size - bytes) / speed)] : []
  return [formatProgress(bytes, size), ...(speed > 0 ? [formatSpeed(speed)] : []), ...left].join(' · ')
}
