import type { Finding, Problems } from '../problems/problems.ts'
import { findLine } from '../storage/find-line.ts'
import type { OddRow, UserStore } from './store.ts'
import { readHash } from './stored-hash.ts'

/**
 * What in users.toml cannot be understood, as people are told of it. Returns what is to be called each time that the file
 * was looked at, with what is wrong with it as a whole; nothing: it was read.
 */
export function createUserFindings(store: UserStore, problems: Problems) {
  let looks = 0
  return async (ofFile: readonly Finding[]): Promise<void> => {
    looks += 1
    const look = looks
    const findings = ofFile.length > 0 ? ofFile : await findingsOf(store)
    // Another look may have been quicker.
    if (look === looks) problems.set(store.file, findings)
  }
}

/** Rows that are set aside, and hashes that nobody can sign in with, each with its line. */
async function findingsOf(store: UserStore): Promise<Finding[]> {
  const aside = store.odd().map(row => ({ ...row, detail: `${row.detail}, so this user is left out` }))
  const odd = [...aside, ...unreadableHashes(store)]
  if (odd.length === 0) return []
  const lines = (await store.file.readText()).split('\n')
  return odd.map(({ username, key, detail }) => ({
    kind: 'entry',
    line: lineOf(lines, ['users', username], key),
    entry: ['users', username, ...(key === undefined ? [] : [key])].join('.'),
    detail,
  }))
}

/** What stands in the file is not told: it may be a password. */
function unreadableHashes(store: UserStore): OddRow[] {
  return store.names().flatMap(username => {
    const stored = store.find(username)?.passwordHash
    if (stored === undefined || readHash(stored)) return []
    const detail = 'This is no hash that Trunk8 accepts, so the user cannot sign in. Reset their password under People'
    return [{ username, key: 'password_hash', detail }]
  })
}

function lineOf(lines: readonly string[], table: readonly string[], key: string | undefined): number | undefined {
  return (key === undefined ? undefined : findLine(lines, [...table, key])) ?? findLine(lines, table)
}
