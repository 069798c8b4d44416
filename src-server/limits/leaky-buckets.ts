import { createRecentMap } from '../memory/recent-map.ts'

/**
 * The leaky bucket of nginx's `limit_req … nodelay`, to the last digit (ngx_http_limit_req_module.c): whoever moves a limit
 * from there to here, or has both, sees the same requests pass.
 *
 * A bucket fills by 1000 with each request that passes and leaks at a whole number of thousandths a second, so that
 * `5r/m` is 83 and `100r/m` 1666. What would fill it above the burst is refused and leaves it as it was. The first request
 * of all fills nothing, which is why a burst of 5 lets 6 pass.
 */
export interface LeakyBuckets {
  /** Lets one request of this key through → 0, or refuses it → the milliseconds until one would pass. */
  take(key: string, limit: Limit): number
  /** Takes back what the last `take` has filled, where it turns out that the request should not count. */
  giveBack(key: string): void
}

/** So many a minute on average, and so many more at once. Given anew each time, so that another one counts at once. */
export interface Limit {
  readonly perMinute: number
  readonly burst: number
}

interface Bucket {
  excess: number
  /** Whole milliseconds of the clock. */
  last: number
}

interface LeakyBucketsOptions {
  /** Milliseconds that never go back. */
  readonly now: () => number
  /** Keys that are remembered; beyond that those go that asked longest ago. */
  readonly most?: number
}

/** What nginx's zone of 10 MB holds. */
const roomOfNginx = 160_000
const oneRequest = 1000

export function createLeakyBuckets({ now, most = roomOfNginx }: LeakyBucketsOptions): LeakyBuckets {
  const buckets = createRecentMap<Bucket>(most)
  return {
    take(key, { perMinute, burst }) {
      const time = Math.floor(now())
      const bucket = buckets.get(key)
      if (!bucket) {
        buckets.set(key, { excess: 0, last: time })
        return 0
      }
      const rate = Math.floor((perMinute * 1000) / 60)
      const passed = Math.max(0, time - bucket.last)
      const excess = Math.max(0, bucket.excess - Math.floor((rate * passed) / 1000) + oneRequest)
      if (excess > burst * 1000) return untilRoom(bucket.excess + oneRequest - burst * 1000, rate) - passed
      bucket.excess = excess
      bucket.last = time
      return 0
    },
    giveBack(key) {
      const bucket = buckets.get(key)
      if (bucket) bucket.excess = Math.max(0, bucket.excess - oneRequest)
    },
  }
}

/** Milliseconds in which this much leaks. */
const untilRoom = (excess: number, rate: number): number => Math.ceil((excess * 1000) / rate)
