/**
 * Keeps what was costly to make, up to a total weight; what was not asked for the longest goes first. A value that is
 * still being made is shared by all who ask for it.
 */
interface CacheOptions<T> {
  readonly maxWeight: number
  readonly weigh: (value: T) => number
  /** Milliseconds that a value is kept; `Infinity`: until there is no room. */
  readonly keepFor: (value: T) => number
}

export function createCache<T>({ maxWeight, weigh, keepFor }: CacheOptions<T>) {
  const kept = new Map<string, { readonly value: Promise<T>; weight: number; until: number }>()
  let total = 0

  function drop(key: string): void {
    total -= kept.get(key)?.weight ?? 0
    kept.delete(key)
  }

  async function add(key: string, make: () => Promise<T>): Promise<T> {
    const entry = { value: make(), weight: 0, until: Number.POSITIVE_INFINITY }
    kept.set(key, entry)
    try {
      const value = await entry.value
      if (kept.get(key) === entry) {
        entry.weight = weigh(value)
        entry.until = performance.now() + keepFor(value)
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
      if (entry && entry.until > performance.now()) {
        kept.delete(key)
        kept.set(key, entry)
        return entry.value
      }
      drop(key)
      return add(key, make)
    },
  }
}
