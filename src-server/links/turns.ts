/**
 * Changes of one code happen one after the other, each seeing what the one before left; those of different codes do not
 * wait for one another.
 */
export type Turns = ReturnType<typeof createTurns>

export function createTurns() {
  const last = new Map<string, Promise<unknown>>()

  /** Does `work` when all that was begun before on any of `codes` has ended, however it ended. */
  async function forAll<T>(codes: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = [...new Set(codes.map(code => last.get(code)))]
    const turn = Promise.allSettled(before).then(work)
    for (const code of codes) last.set(code, turn)
    try {
      return await turn
    } finally {
      for (const code of codes) if (last.get(code) === turn) last.delete(code)
    }
  }

  return { forAll, for: <T>(code: string, work: () => Promise<T>): Promise<T> => forAll([code], work) }
}
