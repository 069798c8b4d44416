import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { Audit } from '../audit/audit.ts'
import { type ApiKey, apiKeyForm, type NewApiKey } from '../contract/api-keys.ts'
import { AppError } from '../contract/errors.ts'
import type { Scope } from '../contract/route.ts'
import type { EventHub } from '../events/hub.ts'
import type { Client } from '../http/client.ts'
import type { Log } from '../log.ts'
import type { Who } from '../policy.ts'
import type { ApiKeyRecord, ApiKeyStore, Use } from './store.ts'

/**
 * Keys by which programs come in for a user. A key may do what its scopes say and its owner may, never more: it goes with
 * its owner, and what is for admins is void for an owner who is none any more. It outlives its owner's password, as elsewhere:
 * programs are not to stop when a person changes theirs.
 */
export type ApiKeys = ReturnType<typeof createApiKeys>

interface ApiKeysOptions {
  readonly store: ApiKeyStore
  readonly users: { find(username: string): { readonly isAdmin: boolean } | undefined }
  readonly events: Pick<EventHub, 'publish'>
  readonly audit: Pick<Audit, 'record'>
  readonly log: Pick<Log, 'error'>
  readonly now?: () => number
}

/** A key that was found good, or why it was not: `owner` where its id is one of ours. */
export type KeyCheck =
  | {
      readonly isGood: true
      readonly id: string
      readonly name: string
      readonly owner: string
      readonly scopes: Scope[]
    }
  | { readonly isGood: false; readonly id?: string; readonly owner?: string; readonly reason: string }

const maxPerUser = 50
/** How exactly the last use is known, and how far the file may lag behind. */
const minute = 60_000

export function createApiKeys({ store, users, events, audit, log, now = Date.now }: ApiKeysOptions) {
  const uses = new Map<string, Use>()
  const endListeners = new Set<(id: string) => void>()
  let isFlushing = false

  const lastUse = ({ id, lastUse }: ApiKeyRecord): Use | undefined => uses.get(id) ?? lastUse
  const isOver = ({ expiresAt }: ApiKeyRecord) => expiresAt !== undefined && expiresAt <= now()

  function touch(key: ApiKeyRecord, from: string): void {
    const known = lastUse(key)
    if (known && known.from === from && now() - known.at < minute) return
    uses.set(key.id, { at: now(), from })
    if (isFlushing || now() - (key.lastUse?.at ?? 0) < minute) return
    isFlushing = true
    store
      .setLastUses(uses)
      .catch(error => log.error('When API keys were last used could not be written', error))
      .finally(() => {
        isFlushing = false
      })
  }

  /** Rights that its owner has lost are void. */
  const scopesOf = ({ scopes, owner }: ApiKeyRecord): Scope[] =>
    scopes.filter(scope => !isForAdmins(scope) || users.find(owner)?.isAdmin)

  async function drop(keys: readonly ApiKeyRecord[]): Promise<void> {
    if (keys.length === 0) return
    await store.remove(keys.map(({ id }) => id))
    for (const { id, owner } of keys) {
      uses.delete(id)
      for (const listener of endListeners) listener(id)
      events.publish('apiKeys', {}, owner)
    }
  }

  const toApiKey = (key: ApiKeyRecord): ApiKey => {
    const { id, owner, name, scopes, networks, createdAt, expiresAt } = key
    const use = lastUse(key)
    return {
      ...{ id, owner, name, scopes: [...scopes], networks: [...networks], createdAt: toText(createdAt) },
      ...(expiresAt !== undefined && { expiresAt: toText(expiresAt) }),
      ...(use && { lastUsedAt: toText(use.at), lastUsedFrom: use.from }),
    }
  }

  const list = (isListed: (key: ApiKeyRecord) => boolean): ApiKey[] =>
    store
      .list()
      .filter(isListed)
      .sort((a, b) => b.createdAt - a.createdAt)
      .map(toApiKey)

  async function remove(who: Who, key: ApiKeyRecord | undefined): Promise<void> {
    if (!key) throw new AppError('not_found', 'There’s no such API key')
    await drop([key])
    await audit.record(who, 'api_key_removed', { target: key.id, name: key.name, owner: key.owner })
  }

  return {
    /** What a key that this client brought is good for; a good one counts as used. */
    check(given: string, { address: from, isAttributed }: Pick<Client, 'address' | 'isAttributed'>): KeyCheck {
      const id = apiKeyForm.exec(given)?.[1]
      const key = id === undefined ? undefined : store.find(id)
      // Compared also where there is no such key, so that the time says nothing of which ids there are.
      const isSame = timingSafeEqual(sha256(given), Buffer.from(key?.hash ?? noHash, 'hex'))
      if (id === undefined || !key) return { isGood: false, reason: 'there is none' }
      const refuse = (reason: string): KeyCheck => ({ isGood: false, id, owner: key.owner, reason })
      if (!isSame) return refuse('its secret is wrong')
      if (isOver(key)) return refuse('it has expired')
      // Behind a proxy that does not say for whom it asks, the address is the proxy's: that may be among the networks.
      if (key.allowed && !(isAttributed && key.allowed.has(from))) return refuse('it may not be used from there')
      if (!users.find(key.owner)) return refuse('its owner is gone')
      touch(key, from)
      return { isGood: true, id, name: key.name, owner: key.owner, scopes: scopesOf(key) }
    },

    /** Whether a key with this id still opens anything. */
    isAlive(id: string): boolean {
      const key = store.find(id)
      return key !== undefined && !isOver(key)
    },

    /** Whether a key still opens all that it did when it was checked. */
    stillOpens(id: string, scopes: readonly Scope[]): boolean {
      const key = store.find(id)
      return key !== undefined && !isOver(key) && scopes.every(scope => scopesOf(key).includes(scope))
    },

    /** Hears the id of every key that is taken away. Returns the function that stops it. */
    onEnd(listener: (id: string) => void): () => void {
      endListeners.add(listener)
      return () => endListeners.delete(listener)
    },

    listOf: (username: string): ApiKey[] => list(({ owner }) => owner === username),
    listAll: (): ApiKey[] => list(() => true),

    /** `key` is nowhere kept: this is the only time that anybody sees it. Throws `not_allowed`, `conflict`, `invalid_input`. */
    async create(who: Who, { name, scopes, networks, expiresAt }: NewApiKey): Promise<{ apiKey: ApiKey; key: string }> {
      if (who.actor !== undefined) throw new AppError('not_allowed', 'A key can be made in one’s own name alone')
      if (!who.isAdmin && scopes.some(isForAdmins)) throw refused('scopes', 'Only an admin can make a key for all that')
      if (store.list().filter(({ owner }) => owner === who.username).length >= maxPerUser) {
        throw new AppError('conflict', `One person has at most ${maxPerUser} API keys. Remove one that is not used`)
      }
      const id = freshId(store)
      const key = `t8_${id}_${randomBytes(32).toString('base64url')}`
      await store.add({
        ...{ id, hash: sha256(key).toString('hex'), owner: who.username, name, scopes, networks, createdAt: now() },
        expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
      })
      await audit.record(who, 'api_key_made', { target: id, name, scopes, networks, expiresAt })
      events.publish('apiKeys', {}, who.username)
      const made = store.find(id)
      if (!made) throw new AppError('conflict', 'The key was taken away while it was made')
      return { apiKey: toApiKey(made), key }
    },

    /** One's own. Throws `not_found`. */
    removeOwn(who: Who, id: string): Promise<void> {
      const key = store.find(id)
      return remove(who, key?.owner === who.username ? key : undefined)
    },

    /** Anybody's. Throws `not_found`. */
    removeAny: (who: Who, id: string): Promise<void> => remove(who, store.find(id)),

    /** Takes away the keys of everybody who is not among these. */
    keepOf(usernames: readonly string[]): Promise<void> {
      const there = new Set(usernames)
      return drop(store.list().filter(({ owner }) => !there.has(owner)))
    },

    /** Writes what was last used, then lets go of the file. */
    async close(): Promise<void> {
      if (uses.size > 0) await store.setLastUses(uses)
      await store.close()
    },
  }
}

/** The counters are those of the whole instance. */
const isForAdmins = (scope: Scope) => scope === 'admin' || scope === 'metrics'

const noHash = '0'.repeat(64)
const sha256 = (text: string) => createHash('sha256').update(text).digest()
const toText = (time: number) => new Date(time).toISOString()
const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function freshId(store: Pick<ApiKeyStore, 'find'>): string {
  const id = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')
  return store.find(id) ? freshId(store) : id
}

const refused = (path: string, message: string) =>
  new AppError('invalid_input', message, { errors: [{ path, message }] })
