/** A map of bounded size: whatever was used longest ago makes room. */
export interface RecentMap<V> {
  /** Counts as a use. */
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): boolean
  /** From the one that was used longest ago to the latest. */
  entries(): IterableIterator<[string, V]>
  readonly size: number
}

export function createRecentMap<V>(most: number): RecentMap<V> {
  // A Map keeps its keys in the order in which they came: whoever is used goes to the end.
  const map = new Map<string, V>()
  return {
    get(key) {
      const value = map.get(key)
      if (value === undefined) return undefined
      map.delete(key)
      map.set(key, value)
      return value
    },
    set(key, value) {
      map.delete(key)
      map.set(key, value)
      if (map.size <= most) return
      const [oldest] = map.keys()
      if (oldest !== undefined) map.delete(oldest)
    },
    delete: key => map.delete(key),
    entries: () => map.entries(),
    get size() {
      return map.size
    },
  }
}
