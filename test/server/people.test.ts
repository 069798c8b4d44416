import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { listen, soon, upload, usersToml } from '../helpers/files.ts'
import { actingAs, type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let admin: SignedIn

const start = async (text: string) => {
  server = await startTestServer({ files: { 'users/users.toml': text } })
  admin = await server.as()
}
beforeEach(() => start(usersToml({ ann: 'password of ann' })))
afterEach(() => server.stop())

const readUsers = () => readFile(join(server.dataDir, 'users', 'users.toml'), 'utf8')
const readAudit = () => readFile(join(server.dataDir, 'logs', 'audit.jsonl'), 'utf8')

describe('a new user', () => {
  test('can sign in with the password that was made for them, and make links', async () => {
    const { user, password = '' } = await admin.call(api.users.create, { username: 'bob', displayName: 'Bob' })
    expect(user).toMatchObject({ username: 'bob', displayName: 'Bob', isAdmin: false, links: 0, bytes: 0, sessions: 0 })
    const bob = await server.as('bob', password)
    expect(password.length).toBeGreaterThanOrEqual(20)
    await bob.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'bobs' })
    expect((await upload(bob, 'notes.txt', 'bob')).status).toBe(201)
    expect(await admin.call(api.users.get, { name: 'bob' })).toMatchObject({ links: 2, bytes: 3, sessions: 1 })
  })

  test('has the password that was given, which is told to nobody', async () => {
    const made = await admin.call(api.users.create, { username: 'bob', password: 'long enough for all' })
    expect(made.password).toBeUndefined()
    await server.as('bob', 'long enough for all')
    expect(await readUsers()).not.toContain('long enough')
    expect(await readAudit()).not.toContain('long enough')
  })

  test('has a row in upstream’s form and order, and the other rows stay', async () => {
    const before = await readUsers()
    const began = Date.now()
    await admin.call(api.users.create, { username: 'zoë', displayName: 'Zoë "Z"', isAdmin: true })
    const text = await readUsers()
    expect(text.startsWith(before.trimEnd())).toBe(true)
    const { users } = parse(text) as { users: Record<string, Record<string, string>> }
    expect(Object.keys(users)).toEqual(['admin', 'ann', 'zoë'])
    const row = users.zoë ?? {}
    expect(Object.keys(row)).toEqual(['password_hash', 'is_admin', 'display_name', 'created_at'])
    expect(row).toMatchObject({ is_admin: true, display_name: 'Zoë "Z"' })
    expect(row.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/)
    expect(Math.abs(new Date(row.created_at ?? '').getTime() - began)).toBeLessThan(60_000)
  })

  test('has a folder, and a file of users, that nobody else can read', async () => {
    await admin.call(api.users.create, { username: 'bob' })
    const modeOf = async (path: string) => (await stat(join(server.dataDir, path))).mode & 0o777
    expect([await modeOf('users/bob'), await modeOf('users/users.toml')]).toEqual([0o750, 0o600])
  })

  test.each(['ann', 'ANN', 'Admin', 'admin', 'ＡＮＮ'])(
    'cannot be called %s, which is a folder already',
    async username => {
      const before = await readUsers()
      const create = admin.call(api.users.create, { username })
      await expect(create).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/another name/) })
      expect(await readUsers()).toBe(before)
    },
  )

  test.each(['', '.', '..', 'a/b', 'a\\b', '.hidden', '__proto__', 'con', 'LPT1', 'a b', 'a:b', 'x'.repeat(51)])(
    'cannot be called %j, which makes no folder everywhere',
    async username => {
      const body = JSON.stringify({ username })
      const headers = { 'Content-Type': 'application/json' }
      const reply = await admin.send({ method: 'POST', path: '/api/v1/users', body, headers })
      expect([reply.status, reply.json]).toMatchObject([422, { errors: [{ path: 'username' }] }])
    },
  )

  test.each(['constructor', '2026', 'toString', 'café'])('can be called %s', async username => {
    const { password = '' } = await admin.call(api.users.create, { username })
    expect((await (await server.as(username, password)).call(api.me.get, {})).username).toBe(username)
  })

  test('has one name, however it was typed', async () => {
    const { user } = await admin.call(api.users.create, { username: 'cafe\u0301' })
    expect(user.username).toBe('caf\u00e9')
    await expect(admin.call(api.users.create, { username: 'CAF\u00c9' })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('does not get the files that somebody left under that name', async () => {
    const folder = join(server.dataDir, 'users', 'Carl')
    await mkdir(folder)
    await writeFile(join(folder, 'links.toml'), '[links.old]\ntype = "redirect"\nurl = "https://example.com"\n')
    const create = admin.call(api.users.create, { username: 'carl' })
    await expect(create).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/folder/) })
    expect((await server.fetch('/old')).status).toBe(404)
  })

  test('needs a password of some length, as the settings say', async () => {
    const short = admin.call(api.users.create, { username: 'bob', password: 'short' })
    await expect(short).rejects.toMatchObject({ code: 'invalid_input', errors: [{ path: 'password' }] })
    await writeFile(join(server.dataDir, 'config/config.toml'), '[passwords]\nmin_length = 14\n')
    await vi.waitFor(async () => expect(await admin.call(api.me.get, {})).toMatchObject({ shortestPassword: 14 }), soon)
    const thirteen = admin.call(api.users.create, { username: 'bob', password: 'x'.repeat(13) })
    await expect(thirteen).rejects.toMatchObject({ message: 'A password has at least 14 characters' })
    await admin.call(api.users.create, { username: 'bob', password: 'fourteen signs' })
  })
})

describe('a user who is changed', () => {
  test('has the new name everywhere, and keys that we do not know stay', async () => {
    const path = join(server.dataDir, 'users', 'users.toml')
    await writeFile(path, `${await readUsers()}note = "kept"\nshoe_size = 44\n`)
    await admin.call(api.users.update, { name: 'ann', displayName: 'Ann A.' })
    expect(await readUsers()).toMatch(/note = "kept"\nshoe_size = 44\ndisplay_name = "Ann A\."/)
    const ann = await server.as('ann', 'password of ann')
    expect((await ann.call(api.sessions.get, {})).user.displayName).toBe('Ann A.')
  })

  test('signs in anew once they are an admin, or no longer', async () => {
    const before = await server.as('ann', 'password of ann')
    await admin.call(api.users.update, { name: 'ann', isAdmin: true })
    await expect(before.call(api.me.get, {})).rejects.toMatchObject({ code: 'sign_in_required' })
    const ann = await server.as('ann', 'password of ann')
    expect((await ann.call(api.users.list, {})).items.map(({ username }) => username)).toEqual(['admin', 'ann'])
    const stream = await listen(server, ann)
    await admin.call(api.users.update, { name: 'ann', isAdmin: false })
    await expect(ann.call(api.users.list, {})).rejects.toMatchObject({ code: 'sign_in_required' })
    await vi.waitFor(() => expect(stream.hasEnded).toBe(true), soon)
  })

  test('loses at once what a hand edit takes from them', async () => {
    await admin.call(api.users.update, { name: 'ann', isAdmin: true })
    const stream = await listen(server, await server.as('ann', 'password of ann'))
    const path = join(server.dataDir, 'users', 'users.toml')
    const [head, ann] = (await readUsers()).split('[users.ann]')
    await writeFile(path, `${head}[users.ann]${ann?.replace('is_admin = true', 'is_admin = false')}`)
    await vi.waitFor(() => expect(stream.hasEnded).toBe(true), soon)
  })

  test('is signed out where their password changes by hand, and stays in where it changes here', async () => {
    const path = join(server.dataDir, 'users', 'users.toml')
    const ann = await server.as('ann', 'password of ann')
    await ann.call(api.me.changePassword, { current: 'password of ann', next: 'another one of ann' })
    expect(await ann.call(api.me.get, {})).toMatchObject({ username: 'ann' })
    const other = await admin.call(api.users.create, { username: 'bob', password: 'another one of ann' })
    expect(other.user.username).toBe('bob')
    const stream = await listen(server, ann)
    const [, bobsHash] = /\[users\.bob\]\npassword_hash = "(.+)"/.exec(await readUsers()) ?? []
    await writeFile(path, (await readUsers()).replace(/(\[users\.ann\]\npassword_hash = ").+"/, `$1${bobsHash}"`))
    await vi.waitFor(() => expect(stream.hasEnded).toBe(true), soon)
    await expect(ann.call(api.me.get, {})).rejects.toMatchObject({ code: 'sign_in_required' })
    expect(await (await server.as('ann', 'another one of ann')).call(api.me.get, {})).toMatchObject({ username: 'ann' })
  })

  test('is never the admin, who stays one', async () => {
    const demote = admin.call(api.users.update, { name: 'admin', isAdmin: false })
    await expect(demote).rejects.toMatchObject({ code: 'not_allowed' })
    await admin.call(api.users.update, { name: 'admin', displayName: 'Boss', isAdmin: true })
    expect((await admin.call(api.sessions.get, {})).user.displayName).toBe('Boss')
  })

  test('is never oneself, be it by acting as another', async () => {
    await admin.call(api.users.update, { name: 'ann', isAdmin: true })
    const ann = await server.as('ann', 'password of ann')
    for (const who of [ann, actingAs(ann, 'admin')]) {
      const demote = who.call(api.users.update, { name: 'ann', isAdmin: false })
      await expect(demote).rejects.toMatchObject({ code: 'not_allowed' })
      await expect(who.call(api.users.remove, { name: 'ann' })).rejects.toMatchObject({ code: 'not_allowed' })
      await expect(who.call(api.users.resetPassword, { name: 'ann' })).rejects.toMatchObject({ code: 'not_allowed' })
    }
    expect((await admin.call(api.users.get, { name: 'ann' })).isAdmin).toBe(true)
  })
})

describe('a password that an admin resets', () => {
  test('ends every session, and only the new one opens', async () => {
    const [one, two] = [await server.as('ann', 'password of ann'), await server.as('ann', 'password of ann')]
    const stream = await listen(server, one)
    const { user, password = '' } = await admin.call(api.users.resetPassword, { name: 'ann' })
    expect(user).toMatchObject({ username: 'ann', sessions: 0 })
    await vi.waitFor(() => expect(stream.hasEnded).toBe(true), soon)
    for (const session of [one, two]) {
      await expect(session.call(api.me.get, {})).rejects.toMatchObject({ code: 'sign_in_required' })
    }
    await expect(server.as('ann', 'password of ann')).rejects.toMatchObject({ code: 'bad_credentials' })
    await server.as('ann', password)
  })

  test('is not the admin’s own', async () => {
    const reset = admin.call(api.users.resetPassword, { name: 'admin' })
    await expect(reset).rejects.toMatchObject({ code: 'not_allowed' })
  })
})

describe('everybody', () => {
  test('hears that users have changed, by whatever hand', async () => {
    const { heard, stop } = await listen(server, await server.as('ann', 'password of ann'))
    const counts = () => heard.filter(({ name }) => name === 'users').length
    await admin.call(api.users.create, { username: 'bob' })
    await vi.waitFor(() => expect(counts()).toBe(1), soon)
    await admin.call(api.users.update, { name: 'bob', displayName: 'B' })
    await admin.call(api.users.remove, { name: 'bob' })
    await vi.waitFor(() => expect(counts()).toBe(3), soon)
    await writeFile(join(server.dataDir, 'users/users.toml'), `${await readUsers()}\n[users.eve]\nis_admin = false\n`)
    await vi.waitFor(() => expect(counts()).toBe(4), soon)
    stop()
  })

  test('who is no admin sees no users and changes none', async () => {
    const ann = await server.as('ann', 'password of ann')
    for (const attempt of [
      () => ann.call(api.users.list, {}),
      () => ann.call(api.users.create, { username: 'eve' }),
      () => ann.call(api.users.update, { name: 'ann', isAdmin: true }),
      () => ann.call(api.users.resetPassword, { name: 'admin' }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'not_allowed' })
    }
  })

  test('stands in the audit trail with what was done to them, but for secrets', async () => {
    await admin.call(api.users.create, { username: 'bob', password: 'a secret that nobody sees' })
    await admin.call(api.users.update, { name: 'bob', displayName: 'B', isAdmin: true })
    await admin.call(api.users.resetPassword, { name: 'bob', password: 'another secret of some length' })
    await admin.call(api.users.remove, { name: 'bob' })
    const lines = (await readAudit())
      .trimEnd()
      .split('\n')
      .filter(line => line.includes('"target":"bob"'))
    const by = { at: expect.any(String), actor: 'admin', from: '127.0.0.1', target: 'bob' }
    expect(lines.map(line => JSON.parse(line))).toEqual([
      { ...by, action: 'user_created', isAdmin: false },
      { ...by, action: 'user_changed', displayName: 'B', isAdmin: true },
      { ...by, action: 'password_reset' },
      { ...by, action: 'user_removed', links: 0, files: 0, bytes: 0 },
    ])
    expect(lines.join()).not.toContain('secret')
    const log = await readFile(join(server.dataDir, 'logs', 'app.log'), 'utf8')
    expect(log).toMatch(/INFO: ADMIN ACTION: user_removed - \{.*"target":"bob"/)
    expect(log).not.toContain('secret')
  })
})

test('a user whose links cannot be read is listed with the reason, until the file is mended', async () => {
  const path = join(server.dataDir, 'users', 'ann', 'links.toml')
  const problem = async () => (await admin.call(api.users.get, { name: 'ann' })).problem
  expect(await problem()).toBeUndefined()
  await writeFile(path, '[links.x\n')
  await vi.waitFor(async () => expect(await problem()).toEqual(expect.any(String)), soon)
  expect((await admin.call(api.users.deletionPreview, { name: 'ann' })).username).toBe('ann')
  await writeFile(path, '[links.x]\ntype = "redirect"\nurl = "https://example.com"\n')
  await vi.waitFor(async () => expect(await problem()).toBeUndefined(), soon)
  expect((await admin.call(api.users.get, { name: 'ann' })).links).toBe(1)
})

test('a row that is no user, and a hash that is none, are told with their line, and a mended file is well', async () => {
  await server.stop()
  const odd = '[users.admin]\nis_admin = true\n\n[users."a/b"]\nis_admin = true\n\n[users.eve]\nis_admin = "yes"\n'
  await start(`${odd}\n[users.frank]\npassword_hash = "frank-plain-pass"\n`)
  const list = async () => (await admin.call(api.problems.list, {})).items.filter(it => it.file === 'users/users.toml')
  const found = await list()
  expect(found.map(({ kind, line, entry }) => [kind, line, entry])).toEqual([
    ['entry', 4, 'users.a/b'],
    ['entry', 8, 'users.eve.is_admin'],
    ['entry', 11, 'users.frank.password_hash'],
  ])
  expect(JSON.stringify(found)).not.toContain('frank-plain-pass')
  expect((await admin.call(api.users.list, {})).items).toMatchObject([
    { username: 'admin' },
    { username: 'frank', problem: expect.stringMatching(/cannot sign in/) },
  ])
  await admin.call(api.users.resetPassword, { name: 'frank' })
  await vi.waitFor(async () => expect((await list()).map(({ line }) => line)).toEqual([4, 8]), soon)
  expect(await readUsers()).toContain('[users."a/b"]')
  await writeFile(join(server.dataDir, 'users', 'users.toml'), '[users.admin]\nis_admin = true\n')
  await vi.waitFor(async () => expect(await list()).toEqual([]), soon)
})
