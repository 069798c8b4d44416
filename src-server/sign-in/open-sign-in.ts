import type { Audit } from '../audit/audit.ts'
import type { EventHub } from '../events/hub.ts'
import type { Log } from '../log.ts'
import { createChallenges } from '../passkeys/challenges.ts'
import { openPasskeyStore } from '../passkeys/open-passkeys.ts'
import { createPasskeys } from '../passkeys/passkeys.ts'
import type { SecretKey } from '../secret-key/secret-key.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Settings } from '../settings/settings.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { openTwoFactor } from '../two-factor/open-two-factor.ts'
import { createOwnSecondStep } from '../two-factor/own-second-step.ts'
import type { Credentials } from '../users/credentials.ts'
import type { OwnProfile } from '../users/me.ts'
import type { Users } from '../users/users.ts'
import { createPasswordSignIn } from './password-sign-in.ts'
import { createPendingSignIns } from './pending.ts'
import type { SignIns } from './sign-ins.ts'
import { createSignInWays } from './ways.ts'

interface OpenWaysOptions {
  readonly dataDir: DataDir
  readonly secretKey: SecretKey
  readonly settings: () => Settings['passwords']
  readonly log: Log
}

export type OpenWays = Awaited<ReturnType<typeof openSignInWays>>

/** Opens what people sign in with besides their password. Throws `file_broken`. */
export async function openSignInWays({ dataDir, secretKey, settings, log }: OpenWaysOptions) {
  const twoFactor = await openTwoFactor({ dataDir, secretKey, settings, log })
  const passkeyStore = await openPasskeyStore(dataDir, message => log.error(message))
  return {
    ...twoFactor,
    passkeyStore,
    signInWays: createSignInWays({ secondSteps: twoFactor.secondSteps, passkeys: passkeyStore }),
    close: () => Promise.all([twoFactor.secondSteps.close(), passkeyStore.close()]),
  }
}

interface SignInPartsOptions {
  readonly ways: OpenWays
  readonly secretKey: SecretKey
  readonly credentials: Credentials
  readonly users: Users
  readonly profile: OwnProfile
  readonly signIns: SignIns
  readonly sessions: Sessions
  /** Name of the instance. */
  readonly instance: () => string
  readonly audit: Audit
  readonly events: EventHub
  readonly log: Log
}

/** Wires signing in by them, and how people change them. */
export function createSignInParts(options: SignInPartsOptions) {
  const { ways, secretKey, credentials, users, profile, signIns, sessions, instance, audit, events, log } = options
  const { secondSteps, passkeyStore, isRequiredOf, mustEnrol, signInWays } = ways
  return {
    ...{ signInWays, mustEnrol },
    passwordSignIn: createPasswordSignIn({
      ...{ credentials, users, secondSteps, signIns, pending: createPendingSignIns() },
      stepCookie: `t8_step_${secretKey.derive('cookie name', 3).toString('hex')}`,
    }),
    ownSecondStep: createOwnSecondStep({
      steps: secondSteps,
      profile,
      sessions,
      isRequiredOf,
      instance,
      audit,
      events,
    }),
    passkeys: createPasskeys({
      ...{ store: passkeyStore, challenges: createChallenges(), profile, instance, audit, events, log },
    }),
  }
}
