/** Native notifications: a title, a line, and what a click does. A system without them shows none. */
import { Notification } from 'electron'
import type { Clipboard } from './clipboard.ts'
import type { Settled } from './share-batches.ts'

export interface Notice {
  readonly title: string
  readonly body: string
  readonly onClick?: () => void
}

/** A notification whose object was collected would no longer hear its click. */
const shown = new Set<Notification>()

export function notify({ title, body, onClick }: Notice): void {
  if (!Notification.isSupported()) return
  const notification = new Notification({ title, body })
  const forget = () => shown.delete(notification)
  notification.on('close', forget)
  notification.on('failed', forget)
  notification.on('click', () => {
    forget()
    onClick?.()
  })
  shown.add(notification)
  notification.show()
}

export interface SettledMeans {
  readonly clipboard: Pick<Clipboard, 'writeText'>
  readonly window: { isInFront(): boolean; show(): void }
}

/** Tells what became of one batch; a click copies its last link again and opens the window. */
export function notifySettled(settled: Settled, { clipboard, window }: SettledMeans): void {
  if (window.isInFront()) return // the page shows it already
  const { copied } = settled
  notify({
    ...describeSettled(settled),
    onClick: () => {
      if (copied) void clipboard.writeText(copied.shareUrl)
      window.show()
    },
  })
}

function describeSettled({ copied, shared, failed }: Settled): { title: string; body: string } {
  const [failure] = failed
  if (failure) {
    const total = shared.length + failed.length
    const what = total === 1 ? `${failure.name} is` : `${failed.length} of ${total} files are`
    return { title: `${what} not shared`, body: failure.detail }
  }
  const what = shared.length === 1 ? `${shared[0]} is` : `${shared.length} files are`
  return { title: `Link copied: /${copied?.code}`, body: `${what} shared` }
}
