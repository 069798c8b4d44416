/**
 * What is worth something for a while only, such as a sign-in between its two steps: each entry ends by itself, and the
 * oldest ones make room, so that nobody fills the memory.
 */
export interface ExpiringMap<V> {
  set(key: string, value: V): void
  get(key: string): V | undefined
  /** Ends it: whoever asks for it next gets nothing. */
  take(key: string): V | undefined
  /** Goes on under another key, as another value, and lasts no longer for that. Undefined: it was over. */
  move(key: string, nextKey: string, change: (value: V) => V): V | undefined
  /** Whether it was there; it may have been over. */
  delete(key: string): boolean
}

interface ExpiringMapOptions {
  /** Milliseconds. */
  readonly lifetime: number
  readonly most: number
  /** Milliseconds of a clock that nobody sets back. */
  readonly now?: (() => number) | undefined
}

export function createExpiringMap<V>({
  lifetime,
  most,
  now = () => performance.now(),
}: ExpiringMapOptions): ExpiringMap<V> {
  const map = new Map<string, { readonly value: V; readonly until: number }>()

  function find(key: string) {
    const found = map.get(key)
    return found && found.until > now() ? found : undefined
  }

  function take(key: string) {
    const found = find(key)
    map.delete(key)
    return found
  }

  return {
    set(key, value) {
      map.delete(key)
      for (const [old, { until }] of map) if (until <= now() || map.size >= most) map.delete(old)
      map.set(key, { value, until: now() + lifetime })
    },
    get: key => find(key)?.value,
    take: key => take(key)?.value,
    move(key, nextKey, change) {
      const found = take(key)
      if (!found) return undefined
      const value = change(found.value)
      map.set(nextKey, { value, until: found.until })
      return value
    },
    delete: key => map.delete(key),
  }
}
