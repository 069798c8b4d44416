/**
 * Short messages at the foot of the screen, read out to who cannot see them. Callers may say something from anywhere
 * with `say`; a message may offer one way back, which Ctrl+Z takes as well.
 */
import { useEffect, useSyncExternalStore } from 'react'
import { Icon } from './Icon.tsx'
import styles from './toaster.module.css'

export interface Toast {
  readonly id: number
  readonly text: string
  readonly isBad?: boolean
  readonly undo?: () => void
}

const briefly = 4000
const longEnoughToUndo = 10_000

let toasts: readonly Toast[] = []
let nextId = 1
const listeners = new Set<() => void>()

/** Shows a message for some seconds: ten where it can be undone, else four. */
export function say(text: string, options: { isBad?: boolean; undo?: () => void } = {}): void {
  const toast = { id: nextId++, text, ...options }
  change([...toasts.filter(({ undo }) => undo), toast])
  setTimeout(() => dismiss(toast.id), options.undo ? longEnoughToUndo : briefly)
}

const dismiss = (id: number) => change(toasts.filter(toast => toast.id !== id))

function change(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function takeBack({ id, undo }: Toast): void {
  dismiss(id)
  undo?.()
}

export function Toaster() {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== 'z') return
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea')
      const last = toasts.findLast(({ undo }) => undo)
      if (isTyping || !last) return
      event.preventDefault()
      takeBack(last)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <div className={styles.stack} role="status" aria-live="polite">
      {shown.map(toast => (
        <div key={toast.id} className={styles.toast}>
          <Icon name={toast.isBad ? 'exclamation-circle' : 'check-lg'} className={toast.isBad ? 'bad' : 'ok'} />
          <span className="grow">{toast.text}</span>
          {toast.undo && (
            <button type="button" className="btn btn-s" onClick={() => takeBack(toast)}>
              Undo
            </button>
          )}
        </div>
      ))}
    </div>
  )
}
