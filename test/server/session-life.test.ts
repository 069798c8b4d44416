import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keysOf } from '../../src-server/secret-key/derive.ts'
import { createSessionKeys } from '../../src-server/sessions/keys.ts'
import { createSessions, type Sessions } from '../../src-server/sessions/sessions.ts'
import { createSessionStore, SessionsFile } from '../../src-server/sessions/store.ts'
import { TomlFile } from '../../src-server/storage/toml-file.ts'

const [minute, hour] = [60_000, 3600_000]
const noLog = { debug() {}, info() {}, warn() {}, error() {} }

let folder: string
let now = Date.now()
let mark = 'a mark'
const opened: Sessions[] = []
const signIn = (username: string, { isRemembered }: { readonly isRemembered: boolean }) => ({
  ...{ username, isRemembered },
  ...({ method: 'password', address: '127.0.0.1', agent: 'Firefox on Linux' } as const),
})

async function open(secretKey = 'key'): Promise<Sessions> {
  const file = await TomlFile.open(join(folder, 'sessions.toml'), SessionsFile)
  const sessions = createSessions({
    store: createSessionStore(file),
    keys: createSessionKeys(keysOf(secretKey)),
    markOf: () => mark,
    events: { publish() {} },
    settings: () => ({ lifetimeDays: 30, idleMinutes: 60 }),
    log: noLog,
    now: () => now,
  })
  opened.push(sessions)
  return sessions
}

beforeEach(async () => {
  mark = 'a mark'
  folder = await mkdtemp(join(tmpdir(), 't8-'))
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map(sessions => sessions.close()))
  await rm(folder, { recursive: true, force: true })
})

test('a session ends after an hour in which nothing came', async () => {
  const sessions = await open()
  const { id } = await sessions.start(signIn('ann', { isRemembered: false }))
  now += 59 * minute
  expect(sessions.find(id)?.username).toBe('ann')
  now += 59 * minute
  expect(sessions.find(id)).toBeDefined()
  now += 61 * minute
  expect(sessions.find(id)).toBeUndefined()
})

test('a session that is used all the time ends after twelve hours', async () => {
  const sessions = await open()
  const { id } = await sessions.start(signIn('ann', { isRemembered: false }))
  for (let hours = 0.5; hours < 12; hours += 0.5) {
    now += hour / 2
    expect(sessions.find(id)).toBeDefined()
  }
  now += hour / 2
  expect(sessions.find(id)).toBeUndefined()
})

test('a remembered session lasts its days, used or not, and no longer', async () => {
  const sessions = await open()
  const { id, maxAge } = await sessions.start(signIn('ann', { isRemembered: true }))
  expect(maxAge).toBe(30 * 24 * hour)
  now += 30 * 24 * hour - minute
  expect(sessions.find(id)).toBeDefined()
  now += minute
  expect(sessions.find(id)).toBeUndefined()
})

test('what was last seen is known after a restart', async () => {
  const before = await open()
  const { id } = await before.start(signIn('ann', { isRemembered: false }))
  now += 4 * minute
  before.find(id)
  await before.close()
  now += 58 * minute
  expect((await open()).find(id)).toBeDefined()
})

test('another secret key signs everybody out', async () => {
  const { id } = await (await open()).start(signIn('ann', { isRemembered: true }))
  expect((await open('another')).find(id)).toBeUndefined()
})

test('a user has at most 25 sessions; the one not seen for longest goes, and whoever listens hears of it', async () => {
  const sessions = await open()
  const ended: string[] = []
  sessions.onEnd(hash => ended.push(hash))
  const ids: string[] = []
  for (let count = 0; count < 26; count += 1) {
    now += 1000
    ids.push((await sessions.start(signIn('ann', { isRemembered: true }))).id)
  }
  await sessions.start(signIn('bob', { isRemembered: true }))
  expect(ids.map(id => sessions.find(id) !== undefined)).toEqual([false, ...Array.from({ length: 25 }, () => true)])
  expect(ended).toHaveLength(1)
})

test('a password that was changed while somebody signed in by the old one lets nobody in', async () => {
  const sessions = await open()
  const shown = mark
  mark = 'another mark'
  await expect(sessions.start({ ...signIn('ann', { isRemembered: true }), mark: shown })).rejects.toMatchObject({
    code: 'sign_in_required',
  })
  const starting = sessions.start({ ...signIn('ann', { isRemembered: true }), mark })
  mark = 'a third mark'
  await expect(starting).rejects.toMatchObject({ code: 'sign_in_required' })
  expect(sessions.countOf('ann')).toBe(0)
})
