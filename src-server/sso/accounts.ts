import type { Audit } from '../audit/audit.ts'
import { AppError } from '../contract/errors.ts'
import { DisplayName, NewUsername } from '../contract/users.ts'
import type { Who } from '../policy.ts'
import type { Users } from '../users/users.ts'
import type { Identities, ProvenIdentity } from './identities.ts'
import { refused } from './refusal.ts'

/**
 * From what a provider has proven to an account here. Nobody is matched by e-mail address or name: an identity opens the
 * account that it was linked with, or one that was made for it.
 */
export type Accounts = ReturnType<typeof createAccounts>

export interface Proven {
  readonly identity: ProvenIdentity
  /** What a new account may be called: the first that is of any use. */
  readonly usernames: readonly (string | undefined)[]
  readonly displayName: string | undefined
  /** What tells this account at the provider from others, for people. */
  readonly label: string
  /** Whether the provider says that they are an admin; undefined: it has no say in it. */
  readonly isAdmin: boolean | undefined
}

interface AccountsOptions {
  readonly identities: Identities
  readonly users: Pick<Users, 'find' | 'createWithoutPassword' | 'update'>
  readonly audit: Audit
}

export function createAccounts({ identities, users, audit }: AccountsOptions) {
  // Two first sign-ins of one person at the same time make one account.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const run = last.then(work)
    last = run.catch(() => {})
    return run
  }

  async function make(proven: Proven, from: string): Promise<string> {
    const { identity, displayName, label, isAdmin = false } = proven
    const who = standIn(identity, from)
    for (const username of namesFor(proven.usernames)) {
      try {
        const shown = DisplayName.safeParse(displayName)
        await users.createWithoutPassword(who, { username, isAdmin, ...(shown.success && { displayName: shown.data }) })
      } catch (error) {
        if (error instanceof AppError && error.code === 'conflict') continue
        throw error
      }
      await identities.add(identity, { username, name: label, madeUser: true })
      await audit.record(who, 'identity_linked', { target: username, provider: identity.provider, name: label })
      return username
    }
    throw refused('No name is left for a new account here. Ask the admin', 'every name is taken')
  }

  async function followRole({ identity, isAdmin }: Proven, username: string, from: string): Promise<void> {
    if (isAdmin === undefined || users.find(username)?.isAdmin === isAdmin) return
    await users.update(standIn(identity, from), username, { isAdmin })
  }

  async function signIn(proven: Proven, autoCreate: boolean, from: string): Promise<string> {
    const linked = identities.find(proven.identity)
    if (!linked && !autoCreate) throw refused(notLinked, `nobody is linked with ${JSON.stringify(proven.label)}`)
    if (!linked) return make(proven, from)
    if (linked.madeUser) await followRole(proven, linked.username, from)
    return linked.username
  }

  /** The admin's password is kept elsewhere. */
  const isOnlyWayIn = (username: string): boolean =>
    username !== 'admin' && users.find(username)?.passwordHash === undefined && identities.of(username).length === 1

  return {
    /** The user whom a proven identity opens. Throws `bad_credentials` where there is none, and none is made. */
    signIn: (proven: Proven, { autoCreate, from }: { readonly autoCreate: boolean; readonly from: string }) =>
      inTurn(() => signIn(proven, autoCreate, from)),

    /** Throws `conflict` for an identity that opens somebody else's account. */
    link: (who: Who, { identity, label }: Proven): Promise<void> =>
      inTurn(async () => {
        const linked = identities.find(identity)
        if (linked && linked.username !== who.username) throw new AppError('conflict', takenByOther)
        if (linked) return
        await identities.add(identity, { username: who.username, name: label, madeUser: false })
        await audit.record(who, 'identity_linked', { target: who.username, provider: identity.provider, name: label })
      }),

    /** Throws `not_found`, also for what is somebody else's, and `conflict` for one's only way in. */
    async unlink(who: Who, id: string): Promise<void> {
      const linked = identities.of(who.username).find(it => it.id === id)
      if (!linked) throw new AppError('not_found', 'This account is not linked with yours')
      if (isOnlyWayIn(who.username)) throw new AppError('conflict', onlyWayIn)
      await identities.remove(id)
      const { provider, name } = linked
      await audit.record(who, 'identity_unlinked', { target: who.username, provider, name })
    },
  }
}

const notLinked =
  'No account here is linked with this one. Sign in with your password, then link it under Settings, How you sign in'
const takenByOther = 'This account is linked with somebody else here already'

const onlyWayIn = 'This is your only way in. Ask the admin for a password first'

/** In whose name the product acts when a provider says so. A space in it: nobody here can be called that. */
const standIn = ({ provider }: ProvenIdentity, from: string): Who => ({
  ...{ username: `single sign-on (${provider})`, displayName: '', isAdmin: true, door: 'lan', from },
})

const tries = 99

/** What a new user may be called, best first: the first wish that leaves anything, then that with a number. */
export function namesFor(wishes: readonly (string | undefined)[]): string[] {
  const name = wishes.map(wish => cleanName(wish ?? '')).find(it => it !== '') ?? 'user'
  const all = [name, ...Array.from({ length: tries }, (_, index) => `${name}-${index + 2}`)]
  return all.filter(it => NewUsername.safeParse(it).success)
}

/** What our rule for names leaves of a text; of an e-mail address only what stands before the @. */
function cleanName(text: string): string {
  const local = text.includes('@') ? text.slice(0, text.indexOf('@')) : text
  const clean = local
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}_-]+/gu, '-')
    .replace(/^[_-]+|[_-]+$/g, '')
  return [...clean]
    .slice(0, 40)
    .join('')
    .replace(/[_-]+$/, '')
}
