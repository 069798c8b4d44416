import { randomBytes } from 'node:crypto'
import type { Log } from '../log.ts'
import type { Settings } from '../settings/settings.ts'
import type { SessionKeys } from './keys.ts'
import type { SessionRecord, SessionStore } from './store.ts'

/**
 * Who is signed in. The browser holds an opaque id, the disk only its HMAC. A session that is remembered lasts its days;
 * any other ends half a day after it began or when nothing came for a while. Survives a restart of the server.
 */
export type Sessions = ReturnType<typeof createSessions>

interface SessionsOptions {
  readonly store: SessionStore
  readonly keys: SessionKeys
  readonly settings: () => Settings['session']
  readonly log: Log
  readonly now?: () => number
}

const minute = 60_000
const day = 24 * 60 * minute
const unrememberedLife = day / 2
const maxPerUser = 25
/** How far the file may lag behind what was last seen. */
const flushAfter = 5 * minute

export function createSessions({ store, keys, settings, log, now = Date.now }: SessionsOptions) {
  const seen = new Map<string, number>()
  let isFlushing = false
  const endListeners = new Set<(hash: string) => void>()

  const lastSeen = (session: SessionRecord) => Math.max(session.lastSeenAt, seen.get(session.hash) ?? 0)

  function isAlive(session: SessionRecord): boolean {
    const { lifetimeDays, idleMinutes } = settings()
    if (session.isRemembered) return now() - session.createdAt < lifetimeDays * day
    return now() - session.createdAt < unrememberedLife && now() - lastSeen(session) < idleMinutes * minute
  }

  /** What is over, and a user's oldest beyond what one may have. */
  function toDrop(username: string): string[] {
    const [dead, alive] = [store.list().filter(it => !isAlive(it)), store.list().filter(isAlive)]
    const own = alive.filter(it => it.username === username).sort((a, b) => lastSeen(b) - lastSeen(a))
    return [...dead, ...own.slice(maxPerUser - 1)].map(({ hash }) => hash)
  }

  function touch(session: SessionRecord): void {
    seen.set(session.hash, now())
    if (isFlushing || now() - session.lastSeenAt < flushAfter) return
    isFlushing = true
    store
      .setLastSeen(seen)
      .catch(error => log.error('When sessions were last seen could not be written', error))
      .finally(() => {
        isFlushing = false
      })
  }

  function announceEnd(hashes: readonly string[]): void {
    for (const hash of hashes) {
      seen.delete(hash)
      for (const listener of endListeners) listener(hash)
    }
  }

  return {
    get cookieName() {
      return keys.cookieName
    },

    /** A new session, on the disk when it resolves. `maxAge` (milliseconds) only for one that is remembered. */
    async start(username: string, isRemembered: boolean): Promise<{ id: string; csrfToken: string; maxAge?: number }> {
      const id = randomBytes(32).toString('base64url')
      const session = { hash: keys.hashId(id), username, isRemembered, createdAt: now(), lastSeenAt: now() }
      const dropped = toDrop(username)
      await store.add(session, dropped)
      announceEnd(dropped)
      const maxAge = isRemembered ? { maxAge: settings().lifetimeDays * day } : {}
      return { id, csrfToken: keys.csrfToken(id), ...maxAge }
    },

    /** The living session that an id names, and counts as seen. */
    find(id: string): SessionRecord | undefined {
      const session = store.find(keys.hashId(id))
      if (!session || !isAlive(session)) return undefined
      touch(session)
      return session
    },

    csrfToken: keys.csrfToken,

    /** Whether a session still goes on, without counting it as seen. */
    isAlive(hash: string): boolean {
      const session = store.find(hash)
      return session !== undefined && isAlive(session)
    },

    /** Ends a session for good. */
    async end(hash: string): Promise<void> {
      await store.remove([hash])
      announceEnd([hash])
    },

    /** Ends all sessions of a user for good, but for the one named by its hash. */
    async endOf(username: string, { except }: { readonly except?: string | undefined } = {}): Promise<void> {
      const own = store.list().filter(it => it.username === username && it.hash !== except)
      if (own.length === 0) return
      const hashes = own.map(({ hash }) => hash)
      await store.remove(hashes)
      announceEnd(hashes)
    },

    /** Ends every session for good. */
    async endAll(): Promise<void> {
      const hashes = store.list().map(({ hash }) => hash)
      await store.remove(hashes)
      announceEnd(hashes)
    },

    /** How many of a user's sessions go on. */
    countOf: (username: string): number => store.list().filter(it => it.username === username && isAlive(it)).length,

    /** Hears the hash of every session that is ended. Returns the function that stops it. */
    onEnd(listener: (hash: string) => void): () => void {
      endListeners.add(listener)
      return () => endListeners.delete(listener)
    },

    /** Writes what was last seen, then lets go of the file. */
    async close(): Promise<void> {
      if (seen.size > 0) await store.setLastSeen(seen)
      await store.close()
    },
  }
}
