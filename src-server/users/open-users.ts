import type { Audit } from '../audit/audit.ts'
import type { DeletionPreview } from '../contract/users.ts'
import type { EventHub } from '../events/hub.ts'
import type { Log } from '../log.ts'
import type { Problems } from '../problems/problems.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { SignInWays } from '../sign-in/ways.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { followEdits } from '../storage/follow-edits.ts'
import { openState } from '../storage/prepare-data-dir.ts'
import type { Table } from '../storage/toml-file.ts'
import { createUserFolders } from '../storage/user-folders.ts'
import { createActing } from './acting.ts'
import type { Credentials } from './credentials.ts'
import { createUserFindings } from './findings.ts'
import { followRoles } from './follow-roles.ts'
import { createOwnProfile } from './me.ts'
import { takeInPlainPasswords } from './plain-passwords.ts'
import { createRemoval, RemovalsFile } from './removal.ts'
import type { UserStore } from './store.ts'
import { createUsers } from './users.ts'

interface OpenUsersOptions {
  readonly dataDir: DataDir
  readonly store: UserStore
  readonly credentials: Credentials
  readonly sessions: Pick<Sessions, 'countOf' | 'endOf' | 'keepOf'>
  readonly links: {
    statsOf(owner: string): { readonly links: number; readonly files: number; readonly bytes: number }
    sampleOf(owner: string, limit: number): DeletionPreview['sample']
    forget(owner: string): Promise<void>
    /** Opens the links of these users, and lets go of all others. */
    setOwners(owners: readonly string[]): Promise<void>
  }
  readonly hasOtherWayIn: (username: string) => boolean
  /** Each ends what a user has going on, or forgets what is kept of them. */
  readonly activities: readonly { forget(owner: string): void | Promise<void> }[]
  readonly signInWays: SignInWays
  readonly problems: Problems
  readonly events: EventHub
  readonly audit: Audit
  readonly log: Log
}

/** Wires what is about users, finishes deletions that a crash cut short, and follows users.toml from here on. */
export async function openUsers(options: OpenUsersOptions) {
  const { dataDir, store, credentials, sessions, links, problems, events, audit, log, hasOtherWayIn } = options
  const report = (message: string) => log.error(message)
  await takeInPlainPasswords({ store, credentials, log })
  const folders = createUserFolders(dataDir)
  const follow = () => links.setOwners(store.names())
  const removal = createRemoval({
    ...{ store, folders, report },
    file: await openState(dataDir.state('removals.toml'), RemovalsFile, report),
    async forget(username) {
      await sessions.endOf(username)
      for (const activity of [...options.activities, options.signInWays]) await activity.forget(username)
      await follow()
      await links.forget(username)
    },
  })
  await removal.recover()
  const belongings = {
    ...{ statsOf: links.statsOf, sampleOf: links.sampleOf, follow },
    ...{ waysOf: options.signInWays.waysOf, forgetWays: options.signInWays.forget },
    problemOf: (owner: string) => problems.of(dataDir.userLinks(owner)).find(it => it.kind === 'file')?.detail,
  }
  followRoles({ store, sessions, events, report })
  const tellOfFile = createUserFindings(store, problems)
  await tellOfFile([])
  const stopFollowing = followEdits(store.file, { report, onOutcome: findings => void tellOfFile(findings) })

  return {
    acting: createActing({ store, audit }),
    users: createUsers({ store, credentials, sessions, belongings, folders, removal, hasOtherWayIn, audit }),
    ownProfile: createOwnProfile({ store, credentials, sessions, belongings, audit, log }),
    /** The users as a restore makes them: on the disk, and their links open, when it resolves. */
    restored: {
      names: store.names,
      createdAt: (username: string) => store.find(username)?.createdAt,
      add: (rows: ReadonlyMap<string, Table>) => store.addRows(rows).then(follow),
      drop: (names: readonly string[]) => store.remove(...names).then(follow),
    },
    async close(): Promise<void> {
      stopFollowing()
      await removal.close()
    },
  }
}
