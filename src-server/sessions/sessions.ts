import { randomBytes } from 'node:crypto'
import { AppError } from '../contract/errors.ts'
import type { SignInMethod } from '../contract/session-list.ts'
import type { EventHub } from '../events/hub.ts'
import type { Log } from '../log.ts'
import type { Settings } from '../settings/settings.ts'
import { createSessionCookie } from './cookie.ts'
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
  /** What a user's sessions rest on, in short: other words for another password or role. */
  readonly markOf: (username: string) => string
  readonly events: Pick<EventHub, 'publish'>
  readonly log: Log
  readonly now?: () => number
}

/** Who begins a session, from where, by what. */
export interface NewSession {
  readonly username: string
  readonly isRemembered: boolean
  readonly method: SignInMethod
  readonly address: string
  readonly agent: string
  /** `markOf` the user when they showed that it is them; left out: now. */
  readonly mark?: string | undefined
}

/** What the browser is told of a session. `maxAge` (milliseconds) only for one that is remembered. */
export interface StartedSession {
  readonly id: string
  readonly csrfToken: string
  readonly maxAge?: number
}

const minute = 60_000
const day = 24 * 60 * minute
const unrememberedLife = day / 2
const maxPerUser = 25
/** How far the file may lag behind what was last seen. */
const flushAfter = 5 * minute
/** How far a clock may be set back and nobody notices. */
const clockTolerance = 5 * minute

export function createSessions({ store, keys, settings, markOf, events, log, now = Date.now }: SessionsOptions) {
  const seen = new Map<string, number>()
  let isFlushing = false
  const endListeners = new Set<(hash: string) => void>()

  const lastSeen = (session: SessionRecord) => Math.max(session.lastSeenAt, seen.get(session.hash) ?? 0)

  function isAlive(session: SessionRecord): boolean {
    const { lifetimeDays, idleMinutes } = settings()
    const age = now() - session.createdAt
    // A clock that was set back would make it live longer than it may.
    if (age < -clockTolerance) return false
    if (session.isRemembered) return age < lifetimeDays * day
    return age < unrememberedLife && now() - lastSeen(session) < idleMinutes * minute
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

  const aliveOf = (username: string) => store.list().filter(it => it.username === username && isAlive(it))

  async function begin(
    given: NewSession & Pick<SessionRecord, 'createdAt'>,
    dropped: readonly string[],
  ): Promise<StartedSession> {
    const { username, isRemembered, method, address, agent, createdAt, mark = markOf(given.username) } = given
    const id = randomBytes(32).toString('base64url')
    const hash = keys.hashId(id)
    const about = { username, isRemembered, method, address, agent, createdAt, lastSeenAt: now() }
    await store.add({ ...about, hash, mark }, dropped)
    announceEnd(dropped)
    // Whoever ended all sessions for another password or role has not seen this one.
    if (mark !== markOf(username)) {
      await end([hash])
      throw new AppError('sign_in_required', 'Your password or your role has just been changed. Sign in again')
    }
    events.publish('sessions', {}, username)
    const left = createdAt + settings().lifetimeDays * day - now()
    return { id, csrfToken: keys.csrfToken(id), ...(isRemembered && { maxAge: left }) }
  }

  async function end(hashes: readonly string[]): Promise<void> {
    if (hashes.length === 0) return
    const owners = new Set(hashes.flatMap(hash => store.find(hash)?.username ?? []))
    await store.remove(hashes)
    announceEnd(hashes)
    for (const owner of owners) events.publish('sessions', {}, owner)
  }

  const endWhere = (isOver: (session: SessionRecord) => boolean): Promise<void> =>
    end(
      store
        .list()
        .filter(isOver)
        .map(({ hash }) => hash),
    )

  return {
    /** Of the cookie over http. */
    get cookieName() {
      return keys.cookieName
    },

    cookie: createSessionCookie(() => keys.cookieName),

    /** A new session, on the disk when it resolves. Throws `sign_in_required` where `mark` is not theirs any more. */
    start: (given: NewSession): Promise<StartedSession> =>
      begin({ ...given, createdAt: now() }, toDrop(given.username)),

    /** The same session by another id and token: the old one is dead when it resolves. Undefined: it is over. */
    async renew(hash: string): Promise<StartedSession | undefined> {
      const session = store.find(hash)
      if (!session || !isAlive(session)) return undefined
      return begin({ ...session, mark: undefined }, [hash])
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

    /** Ends sessions for good, named by their hashes. */
    end,

    /** Ends those that ids name, whatever they are: as of a browser that signs in anew or out. */
    endByIds: (ids: readonly string[]): Promise<void> =>
      end(ids.map(keys.hashId).filter(hash => store.find(hash) !== undefined)),

    /** Ends all sessions of a user for good, but for the one named by its hash. */
    endOf: (username: string, { except }: { readonly except?: string | undefined } = {}): Promise<void> =>
      endWhere(it => it.username === username && it.hash !== except),

    /** Ends every session for good. */
    endAll: (): Promise<void> => endWhere(() => true),

    /** Ends the sessions of everybody whose password or role is another than when they signed in. */
    endOutdated: (): Promise<void> => endWhere(it => it.mark !== markOf(it.username)),

    /** A user's sessions go on with another hash of their password. */
    async keepOf(username: string): Promise<void> {
      const hashes = aliveOf(username).map(({ hash }) => hash)
      if (hashes.length > 0) await store.setMark(hashes, markOf(username))
    },

    /** A user's sessions that go on, the one seen last first. */
    listOf: (username: string): SessionRecord[] =>
      aliveOf(username)
        .map(it => ({ ...it, lastSeenAt: lastSeen(it) }))
        .sort((a, b) => b.lastSeenAt - a.lastSeenAt),

    /** How many of a user's sessions go on. */
    countOf: (username: string): number => aliveOf(username).length,

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
