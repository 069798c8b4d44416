import type { Audit } from '../audit/audit.ts'
import { AppError } from '../contract/errors.ts'
import type { Proof, TwoFactorState } from '../contract/two-factor.ts'
import type { EventHub } from '../events/hub.ts'
import { createExpiringMap } from '../memory/expiring-map.ts'
import { type Who, whyNotTheirs } from '../policy.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { OwnProfile } from '../users/me.ts'
import type { SecondSteps } from './second-steps.ts'
import { makeTotp, type Totp } from './totp.ts'

/**
 * One's own second step: setting it up, changing it, switching it off. For its owner alone, who shows by password and code
 * that it is them; whoever sits at the owner's own window has shown it.
 */
export type OwnSecondStep = ReturnType<typeof createOwnSecondStep>

interface OwnSecondStepOptions {
  readonly steps: SecondSteps
  readonly profile: Pick<OwnProfile, 'asksCurrentPassword' | 'prove'>
  readonly sessions: Pick<Sessions, 'endOf'>
  /** Whether the instance asks this user for a second step. */
  readonly isRequiredOf: (user: Pick<Who, 'isAdmin'>) => boolean
  readonly instance: () => string
  readonly audit: Audit
  readonly events: EventHub
}

/** How long a secret waits for its first code, in milliseconds. */
const patience = 10 * 60_000
const maxWaiting = 1000

export function createOwnSecondStep(options: OwnSecondStepOptions) {
  const { steps, profile, sessions, isRequiredOf, instance, audit, events } = options
  const waiting = createExpiringMap<Totp>({ lifetime: patience, most: maxWaiting })

  /** The secret that this very session was told. */
  const waitingFor = (who: Who): Totp | undefined => waiting.get(placeOf(who))

  async function changed(who: Who, action: 'two_factor_on' | 'two_factor_off'): Promise<void> {
    await sessions.endOf(who.username, { except: who.sessionId })
    await audit.record(who, action)
    events.publish('users', {})
  }

  async function prove(who: Who, { password, code }: Proof): Promise<void> {
    requireOwner(who)
    if (!steps.isOn(who.username)) throw new AppError('conflict', 'There’s no second step to change')
    await profile.prove(who, password)
    if (!isAsked(who)) return
    if (code === undefined) throw wrongCode('Enter a code of the app, or a recovery code')
    await steps.check(who.username, code).catch(asWrongCode)
  }

  return {
    state(who: Who): TwoFactorState {
      const found = steps.find(who.username)
      return {
        isOn: found !== undefined,
        since: found?.since,
        recoveryCodesLeft: found?.recoveryCodes.length ?? 0,
        isRequired: isRequiredOf(who),
        asksPassword: profile.asksCurrentPassword(who),
        asksCode: isAsked(who),
        fixedBy: whyNotTheirs(who),
      }
    },

    /** Throws `wrong_password`, and `conflict` where a second step is set up already. */
    async start(who: Who, password: string | undefined): Promise<Totp> {
      requireOwner(who)
      if (steps.isOn(who.username)) throw new AppError('conflict', 'It is set up already. Switch it off first')
      await profile.prove(who, password)
      const totp = makeTotp(instance(), who.username)
      waiting.set(placeOf(who), totp)
      return totp
    },

    /** What a QR code of the secret that waits holds. Throws `not_found` where none does. */
    uri(who: Who): string {
      const found = waitingFor(who)
      if (!found) throw new AppError('not_found', 'Nothing is being set up. Begin again')
      return found.uri
    },

    /** → the recovery codes. Throws `invalid_input`, about the field `code`, and `conflict` where nothing waits. */
    async confirm(who: Who, code: string): Promise<string[]> {
      requireOwner(who)
      const found = waitingFor(who)
      if (!found || steps.isOn(who.username)) throw new AppError('conflict', 'This took too long. Begin again')
      const codes = await steps.setUp(who.username, found.secret, code)
      waiting.delete(placeOf(who))
      await changed(who, 'two_factor_on')
      return codes
    },

    /** Throws `wrong_password`, and `invalid_input` about the field `code`. */
    async remove(who: Who, proof: Proof): Promise<void> {
      await prove(who, proof)
      await steps.forget(who.username)
      await changed(who, 'two_factor_off')
    },

    /** → new ones; those from before stop working. Throws as `remove` does. */
    async renewCodes(who: Who, proof: Proof): Promise<string[]> {
      await prove(who, proof)
      const codes = await steps.renewCodes(who.username)
      await audit.record(who, 'recovery_codes_made')
      return codes
    },
  }
}

const placeOf = ({ username, sessionId, door }: Who): string => JSON.stringify([username, sessionId ?? door])

const isAsked = ({ door }: Who): boolean => door === 'lan'

function requireOwner(who: Who): void {
  const why = whyNotTheirs(who)
  if (why !== undefined) throw new AppError('not_allowed', why)
}

/** To whoever is signed in already, a wrong code is a field to look at again. */
function asWrongCode(error: unknown): never {
  if (error instanceof AppError && error.code === 'bad_credentials') throw wrongCode(error.message, error)
  throw error
}

const wrongCode = (message: string, cause?: unknown) =>
  new AppError('invalid_input', message, { errors: [{ path: 'code', message }], cause })
