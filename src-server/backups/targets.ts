import { AppError } from '../contract/errors.ts'
import type { Who } from '../policy.ts'
import { toLocalTime } from '../storage/local-time.ts'
import type { Table } from '../storage/toml-file.ts'
import type { BackedUpUser, Contents } from './contents.ts'
import { foldedName, isSafeName } from './entry-name.ts'
import { badBackup } from './zip-reader.ts'

/** Into whose folders a backup goes. */
export interface Target {
  readonly username: string
  readonly from: BackedUpUser
  /** For a user who is to be made. */
  readonly userRow?: Table | undefined
}

interface Choice {
  readonly who: Who
  /** As asked for; left out: as the backup says. */
  readonly wanted: string | undefined
  readonly known: readonly string[]
  readonly now: Date
}

/**
 * Users restore what is theirs, an admin whatever there is: for everybody, users who are missing are made. Answers a
 * sentence where it is only a matter of choosing another user. Throws `not_allowed`, `invalid_input` or `bad_backup`.
 */
export function chooseTargets(contents: Contents, choice: Choice): readonly Target[] | string {
  const { who, wanted } = choice
  if (contents.isEverybody && (wanted === undefined || wanted === '*')) {
    if (!who.isAdmin) throw new AppError('not_allowed', 'This backup holds everybody’s links, and only yours are yours')
    return everybody(contents, choice)
  }
  if (wanted === '*') throw unfit('This backup holds the links of one person. Choose whose they become')
  const from = contents.isEverybody ? partOf(contents, wanted ?? who.username) : contents.users[0]
  if (!from) throw badBackup('there is no links.toml in it')
  const username = wanted ?? from.username ?? who.username
  if (username !== who.username && !who.isAdmin) {
    throw new AppError('not_allowed', `This backup holds the links of ${username}, and you can restore your own`)
  }
  if (!choice.known.includes(username))
    return `There’s no user called ${username} here. Choose whose links these become`
  return [{ username, from }]
}

function everybody({ users }: Contents, { known, now }: Choice): readonly Target[] | string {
  const targets: Target[] = []
  for (const from of users) {
    const { username = '' } = from
    if (known.includes(username)) {
      targets.push({ username, from })
      continue
    }
    const twin = known.find(name => foldedName(name) === foldedName(username))
    if (twin !== undefined) return `${username} of the backup and ${twin} here would share a folder. Rename one of them`
    if (!isUsername(username)) throw badBackup(`no user can be called ${username}`)
    targets.push({ username, from, userRow: from.userRow ?? newUserRow(username, now) })
  }
  return targets
}

function partOf({ users }: Contents, username: string): BackedUpUser {
  const found = users.find(user => user.username === username)
  if (!found) throw badBackup(`it holds no links of ${username}`)
  return found
}

/** A user of whom nothing else is known: nobody can sign in as them until an admin gives them a password. */
const newUserRow = (username: string, now: Date): Table => ({
  is_admin: false,
  display_name: username,
  created_at: toLocalTime(now),
})

/** As a folder may hold it. */
const isUsername = (name: string): boolean =>
  name.length > 0 &&
  name.length <= 100 &&
  isSafeName(name) &&
  !name.includes('/') &&
  !name.startsWith('.') &&
  name !== '*'

const unfit = (message: string) => new AppError('invalid_input', message, { errors: [{ path: 'user', message }] })
