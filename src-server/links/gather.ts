/**
 * Gathers small changes to one big thing, so that those which wait for the same write share one draft of it: a thousand
 * changes cost one copy, not a thousand. Each change is accepted or refused for itself.
 */

/** Changes the draft in place, or throws before it has changed anything. */
export type Change<D> = (draft: D) => void

interface Turn<D> {
  readonly change: Change<D>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * `commit` makes one write: it has to call what it is given with a fresh draft, and to write that draft unless the call
 * throws. Each promise resolves once its change is written.
 */
export function createGather<D>(commit: (change: Change<D>) => Promise<unknown>) {
  let waiting: Turn<D>[] = []

  async function write(): Promise<void> {
    let taken: readonly Turn<D>[] | undefined
    try {
      await commit(draft => {
        const all = waiting
        waiting = []
        taken = all.filter(turn => isAccepted(turn, draft))
        if (taken.length === 0) throw new NothingAccepted()
      })
      for (const { resolve } of taken ?? []) resolve()
    } catch (error) {
      const failed = taken ?? waiting
      if (!taken) waiting = []
      for (const { reject } of failed) reject(error)
    }
  }

  return (change: Change<D>): Promise<void> =>
    new Promise((resolve, reject) => {
      const isFirst = waiting.push({ change, resolve, reject }) === 1
      if (isFirst) void write()
    })
}

/** Leaves the file as it is; nobody waits for it. */
class NothingAccepted extends Error {}

function isAccepted<D>({ change, reject }: Turn<D>, draft: D): boolean {
  try {
    change(draft)
    return true
  } catch (error) {
    reject(error)
    return false
  }
}
