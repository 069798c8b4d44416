/**
 * Keeps together what was shared together, and tells once when all of it has settled. A transfer's end may be told
 * before the answer that started it, or never, when the server died: callers need not care.
 */
import type { Transfer } from '../src-server/contract/index.ts'

/** What became of one batch. Cancelled things are in neither list. */
export interface Settled {
  /** The link that was put on the clipboard last. */
  readonly copied: { readonly code: string; readonly shareUrl: string } | undefined
  /** Names. */
  readonly shared: readonly string[]
  readonly failed: readonly { readonly name: string; readonly detail: string }[]
}

class Batch {
  /** Transfers that still run: id → name. */
  readonly running = new Map<string, string>()
  copied: Settled['copied']
  readonly shared: string[] = []
  readonly failed: Settled['failed'][number][] = []
  /** No more will be added. */
  isComplete = false
  readonly onSettled: () => void

  constructor(onSettled: () => void) {
    this.onSettled = onSettled
  }

  finish({ id, state, name, error }: Transfer): void {
    this.running.delete(id)
    if (state === 'done') this.shared.push(name)
    if (state === 'failed') this.failed.push({ name, detail: error?.detail ?? 'It could not be read to its end' })
  }
}

export type { Batch }

export class ShareBatches {
  readonly #open = new Set<Batch>()
  /** Ends of transfers that no batch knows yet. */
  readonly #early = new Map<string, Transfer>()
  readonly #onSettled: (settled: Settled) => void

  constructor(onSettled: (settled: Settled) => void) {
    this.#onSettled = onSettled
  }

  /** `cleanUp` runs when the batch has settled. */
  begin(cleanUp: () => void = () => {}): Batch {
    const batch = new Batch(cleanUp)
    this.#open.add(batch)
    return batch
  }

  /** A transfer that was just started for the batch. */
  add(batch: Batch, transfer: Transfer): void {
    const latest = this.#early.get(transfer.id) ?? transfer
    if (latest.state === 'running') batch.running.set(transfer.id, transfer.name)
    else batch.finish(latest)
  }

  /** Nothing more will be added to it. */
  complete(batch: Batch): void {
    batch.isComplete = true
    this.#settle(batch)
  }

  /** What the server says of any transfer, ours or not. */
  hear(transfer: Transfer): void {
    if (transfer.state === 'running') return
    const batch = [...this.#open].find(({ running }) => running.has(transfer.id))
    if (batch) {
      batch.finish(transfer)
      this.#settle(batch)
    } else if (this.#open.size > 0) {
      this.#early.set(transfer.id, transfer)
    }
  }

  /** All that the server knows, after a break: what it has forgotten died with it. */
  hearAll(transfers: readonly Transfer[]): void {
    for (const transfer of transfers) this.hear(transfer)
    const known = new Set(transfers.map(({ id }) => id))
    for (const batch of this.#open) {
      for (const [id, name] of batch.running) {
        if (known.has(id)) continue
        batch.running.delete(id)
        batch.failed.push({ name, detail: 'The sharing service stopped before all of it had arrived' })
      }
      this.#settle(batch)
    }
  }

  #settle(batch: Batch): void {
    if (!batch.isComplete || batch.running.size > 0 || !this.#open.delete(batch)) return
    if (this.#open.size === 0) this.#early.clear()
    if (batch.shared.length + batch.failed.length > 0) this.#onSettled(batch)
    batch.onSettled()
  }
}
