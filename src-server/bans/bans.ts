import type { Audit } from '../audit/audit.ts'
import type { Ban, BansState, NewBan } from '../contract/bans.ts'
import { AppError } from '../contract/errors.ts'
import type { EventHub } from '../events/hub.ts'
import { type Client, keyOf } from '../http/client.ts'
import { isInNetworks } from '../http/networks.ts'
import { type OwnAddresses, toPlainAddress } from '../http/own-addresses.ts'
import { secondsInWords } from '../http/spans.ts'
import type { Log } from '../log.ts'
import type { Who } from '../policy.ts'
import type { Failure, Failures } from '../sign-in/failures.ts'
import { createFailing } from './failing.ts'
import { type BansFile, type Clock, type HeldBan, readBans, toBan, writeBans } from './store.ts'

/**
 * Who is kept out, because too much of what they tried to get in by was wrong, or because an admin says so: what fail2ban
 * does for servers that have none of their own. A success forgives nothing, as there.
 *
 * Never kept out: this very computer, the desktop's window, trusted proxies and whomever they bring without a name, and
 * what the settings except. The end of a ban is counted by the clock that never goes back.
 */
export type Bans = ReturnType<typeof createBans>

export interface BanRules {
  readonly isOn: boolean
  readonly maxRetry: number
  readonly findSeconds: number
  readonly banSeconds: number
  readonly ignore: readonly string[]
}

export interface ShutOut {
  readonly why: Ban['why']
  /** Whole. */
  readonly secondsLeft: number
}

export interface BansOptions {
  readonly file: BansFile
  readonly settings: () => BanRules
  readonly trustedProxies: () => readonly string[]
  readonly ownAddresses: OwnAddresses
  readonly failures: Pick<Failures, 'onFailure'>
  readonly events: EventHub
  readonly audit: Audit
  readonly log: Log
  readonly clock?: Clock
}

/** A day: what runs out is looked at no later, since no timer runs longer than a month. */
const longestSleep = 86_400_000
/** Beyond that the oldest ban ends: the list is written with each change. */
const mostBans = 10_000
/** Admins hear of many failures at once. */
const tellAfter = 300

const realClock: Clock = { steady: () => performance.now(), wall: () => Date.now() }

export function createBans({
  file,
  settings,
  failures,
  events,
  audit,
  log,
  clock = realClock,
  ...options
}: BansOptions) {
  const held = new Map(readBans(file, clock, settings().banSeconds).map(ban => [ban.address, ban]))
  const failing = createFailing(clock)
  const listeners = new Set<(address: string) => void>()
  const pending = new Set<Promise<void>>()
  let telling: ReturnType<typeof setTimeout> | undefined
  let sweeping: ReturnType<typeof setTimeout> | undefined

  function tell(): void {
    telling ??= setTimeout(() => {
      telling = undefined
      events.publish('bans', {}, 'admin')
    }, tellAfter)
  }

  function save(): Promise<void> {
    return writeBans(file, [...held.values()], clock).catch(error => log.error('The bans could not be kept', error))
  }

  /** Takes away what has run out, then and not before. */
  function sweep(): void {
    clearTimeout(sweeping)
    const over = [...held.values()].filter(({ until }) => until <= clock.steady())
    for (const { address } of over) {
      held.delete(address)
      log.info(`${address} is no longer banned: its time is over`)
    }
    if (over.length > 0) {
      void save()
      tell()
    }
    const next = Math.min(...[...held.values()].map(({ until }) => until - clock.steady()))
    if (held.size > 0) sweeping = setTimeout(sweep, Math.min(Math.max(next, 1), longestSleep)).unref()
  }
  sweep()

  /** Why an address is never banned, as a sentence. */
  function exceptionOf(address: string): string | undefined {
    if (options.ownAddresses.has(address)) return 'This is an address of this computer, which is never banned'
    if (isInNetworks(address, options.trustedProxies())) return 'This is one of your proxies, which are never banned'
    if (isInNetworks(address, settings().ignore)) return 'This is among the addresses that are never banned'
    return undefined
  }

  const mayBeBanned = ({ address, isDesktop, isOwn, isAttributed }: Client): boolean =>
    settings().isOn && !isDesktop && !isOwn && isAttributed && exceptionOf(address) === undefined

  /** It is on the disk when this resolves. */
  function hold(ban: HeldBan): Promise<void> {
    held.delete(ban.address)
    held.set(ban.address, ban)
    const [oldest] = held.keys()
    if (held.size > mostBans && oldest !== undefined) held.delete(oldest)
    failing.forget(ban.address)
    sweep()
    for (const listener of listeners) listener(ban.address)
    tell()
    return save()
  }

  async function count({ client, kind }: Failure): Promise<void> {
    if (!mayBeBanned(client)) return
    const { findSeconds, maxRetry, banSeconds } = settings()
    const { key: address } = client
    const times = failing.count(address, kind, findSeconds)
    tell()
    if (times < maxRetry || held.has(address)) return
    const now = clock.steady()
    log.warn(`${address} is banned for ${secondsInWords(banSeconds)}: it failed ${times} times, last by ${kind}`)
    const kept = hold({ address, since: now, until: now + banSeconds * 1000, why: kind, failures: times })
    await audit.record(itself, 'ban', { target: address, why: kind, failures: times, seconds: banSeconds })
    await kept
  }
  const stopCounting = failures.onFailure(failure => {
    const counting = count(failure).finally(() => pending.delete(counting))
    pending.add(counting)
  })

  return {
    /** What keeps this client out now. */
    of(client: Client): ShutOut | undefined {
      const ban = held.get(client.key)
      if (!ban || ban.until <= clock.steady() || !mayBeBanned(client)) return undefined
      return { why: ban.why, secondsLeft: Math.ceil((ban.until - clock.steady()) / 1000) }
    },

    list(): BansState {
      const { isOn, findSeconds, maxRetry, banSeconds } = settings()
      const items = [...held.values()].sort((a, b) => a.until - b.until).map(ban => toBan(ban, clock))
      return { items, watching: isOn ? failing.list(findSeconds) : [], isOn, maxRetry, banSeconds }
    },

    /** By hand. Throws `invalid_input` for whoever is never banned, and for where the admin is at the moment. */
    async ban(who: Who, { address: given, seconds = settings().banSeconds }: NewBan): Promise<Ban> {
      const plain = toPlainAddress(given) ?? given
      const [address, now] = [keyOf(plain), clock.steady()]
      const why = exceptionOf(plain) ?? (isFrom(who, address) ? 'This is where you are at the moment' : undefined)
      if (why !== undefined) throw new AppError('invalid_input', why, { errors: [{ path: 'address', message: why }] })
      const ban: HeldBan = { address, since: now, until: now + seconds * 1000, why: 'by_hand', by: personOf(who) }
      log.warn(`${address} is banned for ${secondsInWords(seconds)} by ${personOf(who)}`)
      await hold(ban)
      await audit.record(who, 'ban', { target: address, why: 'by_hand', seconds })
      return toBan(ban, clock)
    },

    /** Throws `not_found` for what is not banned. */
    async unban(who: Who, address: string): Promise<void> {
      if (!held.delete(address)) throw new AppError('not_found', `${address} is not banned`)
      failing.forget(address)
      log.info(`${address} is no longer banned: ${personOf(who)} let it in again`)
      tell()
      await save()
      await audit.record(who, 'unban', { target: address })
    },

    /** Hears of each address that is banned from now on, by its key. Returns the function that ends it. */
    onBan(listener: (address: string) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    /** Waits for what is still being written. */
    async close(): Promise<void> {
      stopCounting()
      clearTimeout(telling)
      clearTimeout(sweeping)
      await Promise.all(pending)
      await file.close()
    },
  }
}

/** Whom the audit trail names where the rules did it. */
const itself: Who = { username: 'Trunk8', displayName: 'Trunk8', isAdmin: true, door: 'desktop', from: 'the rules' }

const personOf = ({ actor, username }: Who): string => actor ?? username

const isFrom = ({ door, from }: Who, address: string): boolean =>
  door === 'lan' && from !== undefined && keyOf(from) === address
