import { AppError } from '../contract/errors.ts'
import type { Secrets } from '../index.ts'
import { flawOf } from './password-rules.ts'
import { hashPassword } from './passwords.ts'

/** Short of this a network is no place for it, whatever the settings let pass. */
const shortestForNetwork = 8

/**
 * The admin's password, which the host keeps: here it is a hash in memory, and what to think of it. One that anybody can
 * guess keeps the network out, since whoever has it has everything.
 */
export async function createAdminPassword(secrets: Omit<Secrets, 'secretKey'>, known: () => Record<string, string>) {
  let password = secrets.adminPassword
  // It is never on the disk, so that it need not be in a form that others read.
  let hash = await hashPassword(password, 'argon2id')
  let weakness = await weaknessOf(password)
  let saving: Promise<unknown> = Promise.resolve()
  const listeners = new Set<() => void>()

  async function weaknessOf(candidate: string): Promise<string | undefined> {
    if (candidate === '') return 'There is no admin password'
    const flaw = await flawOf(candidate, { shortest: shortestForNetwork, known: known() })
    return flaw && `The admin password ${flaw}`
  }

  /** Why it cannot be another, as a sentence. */
  function fixedBy(): string | undefined {
    const { adminPasswordFixedBy, saveAdminPassword } = secrets
    return adminPasswordFixedBy ?? (saveAdminPassword ? undefined : 'Trunk8 has no place to keep another one')
  }

  return {
    /** In plain, for what is derived from it. */
    get current() {
      return password
    },
    get hash() {
      return hash
    },
    /** Why it keeps the network out, and the way out of that, in sentences; undefined: it does not. */
    get confines(): string | undefined {
      if (weakness === undefined) return undefined
      const why = fixedBy()
      const wayOut =
        why === undefined
          ? 'Set a better one in the settings, under You, and others can come in at once'
          : `${why}: give it a better one, and start Trunk8 again`
      return `${weakness}, so only this computer can come in. ${wayOut}.`
    },
    fixedBy,

    /** It counts once it is kept. Throws `not_allowed` where `fixedBy` says why. */
    save(next: string): Promise<void> {
      const [keep, why] = [secrets.saveAdminPassword, fixedBy()]
      if (!keep || why !== undefined) throw new AppError('not_allowed', `This password cannot be changed here: ${why}`)
      const run = saving.then(async () => {
        const made = { hash: await hashPassword(next, 'argon2id'), weakness: await weaknessOf(next) }
        await keep(next).catch(notKept)
        ;({ hash, weakness } = made)
        password = next
        for (const listener of listeners) listener()
      })
      saving = run.catch(() => {})
      return run
    },

    /** Hears that it is another one now. */
    onChange: (listener: () => void): void => void listeners.add(listener),
  }
}

/** What the host says of it is for people already. */
function notKept(cause: unknown): never {
  if (cause instanceof AppError) throw cause
  throw new AppError('internal', 'The new password could not be kept, so the old one stays', { cause })
}
