import { randomBytes } from 'node:crypto'
import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server'
import type { Audit } from '../audit/audit.ts'
import { AppError } from '../contract/errors.ts'
import type { NewCredential, Passkey, SignedChallenge } from '../contract/passkeys.ts'
import type { EventHub } from '../events/hub.ts'
import type { Log } from '../log.ts'
import { type Who, whyNotTheirs } from '../policy.ts'
import type { OwnProfile } from '../users/me.ts'
import type { Challenges } from './challenges.ts'
import { placeOf } from './place.ts'
import type { PasskeyRecord, PasskeyStore } from './store.ts'
import { challengeIn, verifyNew, verifySigned } from './verify.ts'

/**
 * Passkeys: adding them, and being let in by one. The device has to see to it that it is its owner (user verification), so
 * that one counts as both steps of a sign-in; and each works at the host name where it was made, and nowhere else.
 */
export type Passkeys = ReturnType<typeof createPasskeys>

interface PasskeysOptions {
  readonly store: PasskeyStore
  readonly challenges: Challenges
  readonly profile: Pick<OwnProfile, 'asksCurrentPassword' | 'prove'>
  /** Name of the instance. */
  readonly instance: () => string
  readonly audit: Audit
  readonly events: EventHub
  readonly log: Log
  readonly now?: () => Date
}

const most = 20

export function createPasskeys(options: PasskeysOptions) {
  const { store, challenges, profile, instance, audit, events, log, now = () => new Date() } = options

  /** What is not theirs is not there. */
  function own(who: Who, id: string): PasskeyRecord {
    const found = store.find(id)
    if (found?.username !== who.username) throw new AppError('not_found', 'There’s no such passkey')
    return found
  }

  async function changed(who: Who, action: 'passkey_added' | 'passkey_removed', name: string): Promise<void> {
    await audit.record(who, action, { name })
    events.publish('users', {})
  }

  /** A device that counts never counts back (section 6.1.1), or else there are two of it. */
  const countUse = (id: string, counter: number) =>
    store.change(id, current => {
      if ((counter > 0 || current.counter > 0) && counter <= current.counter) throw new Error('It has counted back')
      return { ...current, counter, lastUsedAt: now().toISOString() }
    })

  return {
    list: (who: Who) => ({
      items: store.of(who.username).map(describe),
      asksPassword: profile.asksCurrentPassword(who),
    }),

    /** Whose a passkey is that somebody shows. */
    ownerOf: (id: string): string | undefined => store.find(id)?.username,

    /** What the browser at `origin` needs to make one. Throws `wrong_password`, and `not_allowed` where none can work. */
    async options(who: Who, password: string | undefined, origin: string) {
      requireOwner(who)
      const { host } = placeOf(origin)
      const known = store.of(who.username)
      if (known.length >= most) throw new AppError('conflict', `You have ${most} passkeys. Remove one first`)
      await profile.prove(who, password)
      const userHandle = known[0]?.userHandle ?? randomBytes(32).toString('base64url')
      const asked = await generateRegistrationOptions({
        ...{ rpName: instance(), rpID: host, attestationType: 'none' },
        ...{ userName: who.username, userDisplayName: who.displayName, userID: bytesOf(userHandle) },
        challenge: bytesOf(challenges.make({ place: addingOf(who), origin, userHandle })),
        excludeCredentials: known.filter(it => it.host === host).map(({ id }) => ({ id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      })
      return { ...asked }
    },

    /** Throws `conflict` for what nobody has asked for, or that is known already, and `bad_request`. */
    async add(
      who: Who,
      { name, credential }: { readonly name: string; readonly credential: NewCredential },
      origin: string,
    ): Promise<Passkey> {
      requireOwner(who)
      const place = placeOf(origin)
      const challenge = challengeIn(credential) ?? ''
      const asked = challenges.take(challenge, { place: addingOf(who), origin })
      if (asked?.userHandle === undefined) throw new AppError('conflict', 'This took too long. Begin again')
      const made = await verifyNew(credential, challenge, place).catch(cause => {
        log.warn(`A passkey of ${who.username} from ${who.from} was refused: ${cause}`)
        throw new AppError('bad_request', 'What this device sent cannot be a passkey', { cause })
      })
      if (store.find(made.id)) throw new AppError('conflict', 'This passkey is known here already')
      const { username } = who
      const createdAt = now().toISOString()
      const passkey = { ...made, username, name, host: place.host, userHandle: asked.userHandle, createdAt }
      await store.add({ ...passkey, lastUsedAt: undefined })
      await changed(who, 'passkey_added', name)
      return describe({ ...passkey, lastUsedAt: undefined })
    },

    async rename(who: Who, id: string, name: string): Promise<Passkey> {
      requireOwner(who)
      const passkey = own(who, id)
      await store.change(id, current => ({ ...current, name }))
      return describe({ ...passkey, name })
    },

    async remove(who: Who, id: string): Promise<void> {
      requireOwner(who)
      const { name } = own(who, id)
      await store.remove(id)
      await changed(who, 'passkey_removed', name)
    },

    /** What the browser at `origin` needs to sign in with one. Throws `not_allowed` where none can work. */
    async signInOptions(origin: string) {
      const { host } = placeOf(origin)
      const challenge = bytesOf(challenges.make({ place: signingIn, origin }))
      return { ...(await generateAuthenticationOptions({ rpID: host, challenge, userVerification: 'required' })) }
    },

    /** → who is let in. Throws `bad_credentials`, the same for all that is wrong; what it was is in the log. */
    async signIn(signed: SignedChallenge, origin: string): Promise<string> {
      try {
        const challenge = challengeIn(signed)
        if (challenge === undefined || !challenges.take(challenge, { place: signingIn, origin })) {
          throw new Error('Nobody has asked for it, or too long ago')
        }
        const passkey = store.find(signed.id)
        if (!passkey) throw new Error('It is not known here')
        const counter = await verifySigned(passkey, signed, { expectedChallenge: challenge, origin })
        await countUse(passkey.id, counter)
        return passkey.username
      } catch (cause) {
        log.warn(`A passkey was refused: ${cause}`)
        throw new AppError('bad_credentials', 'This passkey does not open Trunk8', { cause })
      }
    },
  }
}

const describe = ({ id, name, host, createdAt, lastUsedAt }: PasskeyRecord): Passkey => ({
  ...{ id, name, host, createdAt, lastUsedAt },
})

/** A passkey is added by the very session that asked for it. */
const addingOf = ({ username, sessionId, door }: Who): string => JSON.stringify(['add', username, sessionId ?? door])
const signingIn = 'sign in'

const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'base64url'))

function requireOwner(who: Who): void {
  const why = whyNotTheirs(who)
  if (why !== undefined) throw new AppError('not_allowed', why)
}
