/**
 * Keeps what was costly to make, up to a total weight; what was not asked for the longest goes first. A value that is
 * still being made is shared by all who ask for it.
 */
export function createCache<T>({ maxWeight, weigh }: { maxWeight: number; weigh: (value: T) => number }) {
  const kept = new Map<string, { readonly value: Promise<T>; weight: number }>()
  let total = 0

  function drop(key: string): void {
    total -= kept.get(key)?.weight ?? 0
    kept.delete(key)
  }

  async function add(key: string, make: () => Promise<T>): Promise<T> {
    const entry = { value: make(), weight: 0 }
    kept.set(key, entry)
    try {
      const value = await entry.value
      if (kept.get(key) === entry) {
        entry.weight = weigh(value)
        total += entry.weight
        for (const oldest of kept.keys()) if (total > maxWeight) drop(oldest)
      }
      return value
    } catch (error) {
      if (kept.get(key) === entry) drop(key)
      throw error
    }
  }

  return {
    /** The value that is kept for `key`, or the one that `make` makes. A failure is not kept. */
    get(key: string, make: () => Promise<T>): Promise<T> {
      const entry = kept.get(key)
      if (!entry) return add(key, make)
      kept.delete(key)
      kept.set(key, entry)
      return entry.value
    },
  }
}
