import type { SignInMethod } from '../contract/session-list.ts'
import type { Log } from '../log.ts'
import { mustHaveSecondStep, type Who } from '../policy.ts'
import type { Settings } from '../settings/settings.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { TomlFile } from '../storage/toml-file.ts'
import { createSecondSteps, type Sealing } from './second-steps.ts'
import { createTwoFactorStore, TwoFactorFile } from './store.ts'

interface OpenTwoFactorOptions {
  readonly dataDir: DataDir
  readonly secretKey: { readonly sealing: Sealing; onReplaced(listener: () => Promise<void>): void }
  readonly settings: () => Settings['passwords']
  readonly log: Log
}

/**
 * Opens state/two-factor.toml. Throws `file_broken`: to begin it anew would let everybody in by their password alone.
 */
export async function openTwoFactor({ dataDir, secretKey, settings, log }: OpenTwoFactorOptions) {
  const store = createTwoFactorStore(await TomlFile.open(dataDir.state('two-factor.toml'), TwoFactorFile))
  const secondSteps = createSecondSteps({ store, sealing: secretKey.sealing, log })
  secretKey.onReplaced(secondSteps.sealAnew)
  // A crash may have come between another key and this.
  await secondSteps.sealAnew()

  /** Whether the instance asks this user for a second step. */
  const isRequiredOf = (user: Pick<Who, 'isAdmin'>): boolean => mustHaveSecondStep(settings().require2fa, user)

  return {
    secondSteps,
    isRequiredOf,
    /**
     * Whether they have yet to set one up, before anything else is open to them. Only who came by a password: a passkey is
     * two steps at once, and a provider asks for its own.
     */
    mustEnrol: (user: Pick<Who, 'username' | 'isAdmin'>, method: SignInMethod): boolean =>
      method === 'password' && isRequiredOf(user) && !secondSteps.isOn(user.username),
  }
}
