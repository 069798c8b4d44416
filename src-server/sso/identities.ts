import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SsoProvider } from '../contract/sso.ts'
import type { TomlFile } from '../storage/toml-file.ts'

/**
 * Which account at a provider opens which account here: state/identities.toml. A person is known by issuer and subject
 * alone (OpenID Connect Core, section 2; SAML core, section 8.3.7), since e-mail addresses and names are given to others.
 * What a method resolved to is on the disk. The identities of a user who is gone open nothing, and are dropped.
 */
export type Identities = ReturnType<typeof createIdentities>

const IdentityRow = z.looseObject({
  provider: z.enum(['oidc', 'saml']),
  issuer: z.string(),
  subject: z.string(),
  username: z.string(),
  name: z.string().default(''),
  /** The user was made for this identity; only then does the provider say whether they are an admin. */
  made_user: z.boolean().default(false),
  linked_at: z.string().default(''),
})

export const IdentitiesFile = z.looseObject({ identities: z.array(IdentityRow).default([]) })

type Row = z.output<typeof IdentityRow>

/** What a provider says of whoever signed in there. */
export interface ProvenIdentity {
  readonly provider: SsoProvider
  readonly issuer: string
  readonly subject: string
}

export interface LinkedIdentity extends ProvenIdentity {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly madeUser: boolean
  readonly linkedAt: string
}

interface IdentitiesOptions {
  readonly file: TomlFile<typeof IdentitiesFile>
  readonly users: { names(): readonly string[]; onChange(listener: () => void): void }
  readonly report: (message: string) => void
  readonly now?: () => Date
}

export function createIdentities({ file, users, report, now = () => new Date() }: IdentitiesOptions) {
  const edit = (change: (rows: readonly Row[]) => readonly Row[]) =>
    file.modify(current => ({ ...current, identities: [...change(current.identities)] }))

  const isThere = ({ username }: Row) => users.names().includes(username)
  const rows = () => file.value.identities.filter(isThere)

  function dropOrphans(): void {
    if (file.value.identities.every(isThere)) return
    // Named now: whoever gets such a name in the meantime gets nothing with it.
    const gone = new Set(file.value.identities.filter(row => !isThere(row)).map(({ username }) => username))
    edit(rows => rows.filter(({ username }) => !gone.has(username))).catch(error =>
      report(`Identities of users who are gone could not be dropped: ${error}`),
    )
  }
  users.onChange(dropOrphans)
  dropOrphans()

  const of = (username: string) => rows().filter(row => row.username === username)

  return {
    find(identity: ProvenIdentity): LinkedIdentity | undefined {
      const row = rows().find(it => isSame(it, identity))
      return row && describe(row)
    },

    of: (username: string): LinkedIdentity[] => of(username).map(describe),

    /** Whether somebody can come in by a provider. */
    has: (username: string): boolean => of(username).length > 0,

    /** One that is linked already stays with whom it is. */
    async add(identity: ProvenIdentity, about: Pick<LinkedIdentity, 'username' | 'name' | 'madeUser'>): Promise<void> {
      const { provider, issuer, subject } = identity
      const { username, name, madeUser: made_user } = about
      const row = { provider, issuer, subject, username, name, made_user, linked_at: now().toISOString() }
      await edit(rows => (rows.some(it => isThere(it) && isSame(it, identity)) ? rows : [...rows, row]))
    },

    /** One that is gone already is fine. */
    async remove(id: string): Promise<void> {
      await edit(rows => rows.filter(row => idOf(row) !== id))
    },

    close: () => file.close(),
  }
}

const isSame = (one: ProvenIdentity, other: ProvenIdentity): boolean =>
  one.provider === other.provider && one.issuer === other.issuer && one.subject === other.subject

/** A name for addresses; the subject itself is nobody’s business. */
const idOf = ({ provider, issuer, subject }: ProvenIdentity): string =>
  createHash('sha256')
    .update(JSON.stringify([provider, issuer, subject]))
    .digest('base64url')
    .slice(0, 22)

function describe(row: Row): LinkedIdentity {
  const { provider, issuer, subject, username, name, made_user: madeUser, linked_at: linkedAt } = row
  return { id: idOf(row), provider, issuer, subject, username, name, madeUser, linkedAt }
}
