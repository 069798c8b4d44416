import { access, cp, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { filePartHead, listen, openSocket, soon, upload, uploadHead, usersToml } from '../helpers/files.ts'
import { actingAs, type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let admin: SignedIn
let ann: SignedIn

beforeEach(async () => {
  server = await startTestServer({ files: { 'users/users.toml': usersToml({ ann: 'of ann', bob: 'of bob' }) } })
  admin = await server.as()
  ann = await server.as('ann', 'of ann')
  await ann.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'hop' })
  await upload(ann, 'notes.txt', 'twelve bytes', { code: 'notes' })
  await upload(ann, 'gone.txt', 'in the trash', { code: 'gone' })
  await ann.call(api.links.remove, { code: 'gone' })
})
afterEach(() => server.stop())

const inFolder = (...names: string[]) => join(server.dataDir, ...names)
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
const remove = (name = 'ann') => admin.call(api.users.remove, { name })
const status = async (path: string) => (await server.fetch(path)).status
/** Names of everything below a folder. */
const namesIn = (...names: string[]) => readdir(inFolder(...names), { recursive: true }).catch(() => [])
const readUsers = () => readFile(inFolder('users', 'users.toml'), 'utf8')

test('a preview says what goes along', async () => {
  await server.fetch('/notes')
  await vi.waitFor(async () => expect((await ann.call(api.links.get, { code: 'notes' })).visits).toBe(1), soon)
  expect(await admin.call(api.users.deletionPreview, { name: 'ann' })).toEqual({
    ...{ username: 'ann', displayName: 'ann', links: 2, files: 1, bytes: 12, sessions: 1 },
    sample: [
      { code: 'notes', type: 'file', name: 'notes.txt', visits: 1 },
      { code: 'hop', type: 'redirect', name: 'https://example.com', visits: 0 },
    ],
  })
})

describe('a user who is deleted', () => {
  test('leaves nothing: no row, no folder, no link, no trash, and nobody else’s things change', async () => {
    const bob = await server.as('bob', 'of bob')
    await upload(bob, 'mine.txt', 'of bob', { code: 'bobs' })
    const others = (await readUsers()).replace(/\[users\.ann\][^[]*/, '')
    await remove()
    expect(await readUsers()).toBe(others)
    expect(await isThere(inFolder('users', 'ann'))).toBe(false)
    expect(await Promise.all(['/hop', '/notes', '/bobs'].map(status))).toEqual([404, 404, 200])
    expect(await namesIn('state', 'going')).toEqual([])
    expect(await namesIn('state', 'trash')).toEqual([])
    expect(await readFile(inFolder('state', 'trash.toml'), 'utf8')).not.toContain('ann')
    expect((await admin.call(api.users.list, {})).items.map(({ username }) => username)).toEqual(['admin', 'bob'])
    await expect(remove()).rejects.toMatchObject({ code: 'not_found' })
  })

  test('is signed out everywhere at once, and their streams end', async () => {
    const second = await server.as('ann', 'of ann')
    const [one, two] = [await listen(server, ann), await listen(server, second)]
    await remove()
    for (const session of [ann, second]) {
      expect((await session.send({ path: '/api/v1/session' })).status).toBe(401)
    }
    await vi.waitFor(() => expect([one.hasEnded, two.hasEnded]).toEqual([true, true]), soon)
    await expect(server.as('ann', 'of ann')).rejects.toMatchObject({ code: 'bad_credentials' })
    await expect(actingAs(admin, 'ann').call(api.sessions.get, {})).rejects.toMatchObject({ code: 'not_found' })
    expect(await readFile(inFolder('state', 'sessions.toml'), 'utf8')).not.toContain('"ann"')
  })

  test('gives the name and the codes free, to somebody who has nothing of theirs', async () => {
    await ann.call(api.backups.store, {})
    const backups = async (who: SignedIn) => (await who.call(api.backups.list, {})).items.map(({ user }) => user)
    await vi.waitFor(async () => expect(await backups(ann)).toEqual(['ann']), soon)
    await remove()
    expect(await backups(admin)).toEqual(['ann'])
    const { password = '' } = await admin.call(api.users.create, { username: 'ann' })
    expect((await ann.send({ path: '/api/v1/session' })).status).toBe(401)
    const other = await server.as('ann', password)
    expect(await other.call(api.links.list, {})).toMatchObject({ items: [], total: 0 })
    await expect(other.call(api.links.restore, { code: 'gone' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await backups(other)).toEqual([])
    expect(await other.call(api.jobs.list, {})).toEqual({ items: [] })
    await other.call(api.links.create, { type: 'redirect', url: 'https://example.org', code: 'hop' })
    expect((await other.call(api.links.get, { code: 'hop' })).visits).toBe(0)
  })

  test('is gone whole before somebody else gets the name', async () => {
    const [, made] = await Promise.all([remove(), admin.call(api.users.create, { username: 'ann' })])
    const other = await server.as('ann', made.password)
    await other.call(api.links.create, { type: 'redirect', url: 'https://example.org', code: 'fresh' })
    expect(await namesIn('users', 'ann')).toEqual(['links.toml'])
    expect(await Promise.all(['/hop', '/fresh'].map(status))).toEqual([404, 302])
  })

  test('takes no file along that a symlink leads to', async () => {
    const outside = inFolder('outside')
    await mkdir(outside)
    await writeFile(join(outside, 'keep.txt'), 'keep')
    await symlink(outside, inFolder('users', 'ann', 'assets', 'elsewhere'))
    await symlink(join(outside, 'keep.txt'), inFolder('users', 'ann', 'assets', 'one.txt'))
    await remove()
    expect(await isThere(inFolder('users', 'ann'))).toBe(false)
    expect(await readFile(join(outside, 'keep.txt'), 'utf8')).toBe('keep')
  })

  test('whose whole folder is a symlink loses the symlink', async () => {
    const elsewhere = inFolder('elsewhere')
    await rename(inFolder('users', 'bob'), elsewhere)
    await writeFile(join(elsewhere, 'keep.txt'), 'keep')
    await symlink(elsewhere, inFolder('users', 'bob'))
    await remove('bob')
    expect(await isThere(inFolder('users', 'bob'))).toBe(false)
    expect(await readFile(join(elsewhere, 'keep.txt'), 'utf8')).toBe('keep')
  })

  test('who is sending a file meanwhile makes no link of it, and no folder', async () => {
    const socket = openSocket(server)
    const [head, tail] = [filePartHead('big.txt'), '\r\n']
    await socket.send(uploadHead(server, ann, { 'Content-Length': 10_000_000 }))
    await socket.send(`${head}${'x'.repeat(200_000)}${tail}`)
    const started = async () => (await admin.call(api.transfers.list, {})).items.some(it => it.state === 'running')
    await vi.waitFor(async () => expect(await started()).toBe(true), soon)
    await remove()
    await socket.ended
    socket.close()
    await vi.waitFor(async () => expect(await started()).toBe(false), soon)
    expect(await isThere(inFolder('users', 'ann'))).toBe(false)
  })

  test('is never the admin', async () => {
    await expect(remove('admin')).rejects.toMatchObject({ code: 'not_allowed' })
  })

  test('stays whole while users.toml cannot be written', async () => {
    const broken = `${await readUsers()}[users.x\n`
    await writeFile(inFolder('users', 'users.toml'), broken)
    await expect(remove()).rejects.toMatchObject({ code: 'file_broken' })
    expect(await readFile(inFolder('users', 'users.toml'), 'utf8')).toBe(broken)
    expect(await Promise.all(['/hop', '/notes'].map(status))).toEqual([302, 200])
    expect(await readFile(inFolder('state', 'removals.toml'), 'utf8')).not.toContain('ann')
  })
})

describe('a crash during a deletion', () => {
  const note = 'users = ["ann"]\n'
  const withoutAnn = async () => (await readUsers()).replace(/\[users\.ann\][^[]*/, '')
  /** Starts on a copy of the folder as a crash would leave it; every check from here on is about that. */
  const crash = async (leave: () => Promise<void>) => {
    const before = server
    const copy = `${before.dataDir}-after-the-crash`
    await cp(before.dataDir, copy, { recursive: true, filter: path => !path.includes('lock') })
    server = { ...before, dataDir: copy }
    await leave()
    server = await startTestServer({ dataDir: copy })
    onTestFinished(() => before.stop())
    admin = await server.as()
  }

  test('before the row is gone changes nothing', async () => {
    await crash(() => writeFile(inFolder('state', 'removals.toml'), note))
    expect(await Promise.all(['/hop', '/notes'].map(status))).toEqual([302, 200])
    await server.as('ann', 'of ann')
    expect(await readFile(inFolder('state', 'removals.toml'), 'utf8')).not.toContain('ann')
    await server.restart()
    expect(await status('/notes')).toBe(200)
  })

  test('after the row is gone serves nothing, and the next start clears the rest away', async () => {
    await crash(async () => {
      await writeFile(inFolder('state', 'removals.toml'), note)
      await writeFile(inFolder('users', 'users.toml'), await withoutAnn())
    })
    expect(await Promise.all(['/hop', '/notes'].map(status))).toEqual([404, 404])
    expect(await isThere(inFolder('users', 'ann'))).toBe(false)
    expect(await namesIn('state', 'trash')).toEqual([])
    const headers = { Cookie: ann.cookie }
    expect((await server.send({ path: '/api/v1/session', headers })).status).toBe(401)
    await admin.call(api.users.create, { username: 'ann' })
    expect((await server.send({ path: '/api/v1/session', headers })).status).toBe(401)
  })

  test('with the folder half deleted leaves nothing after the next start', async () => {
    await crash(async () => {
      await writeFile(inFolder('state', 'removals.toml'), note)
      await writeFile(inFolder('users', 'users.toml'), await withoutAnn())
      await mkdir(inFolder('state', 'going'), { recursive: true })
      await rename(inFolder('users', 'ann'), inFolder('state', 'going', 'half'))
      await mkdir(inFolder('users', '.going-beside'))
    })
    expect(await isThere(inFolder('state', 'going'))).toBe(false)
    expect(await readdir(inFolder('users'))).not.toContain('.going-beside')
  })

  test('does not reach a folder that lost its row by hand', async () => {
    await crash(async () => writeFile(inFolder('users', 'users.toml'), await withoutAnn()))
    expect(await status('/notes')).toBe(404)
    expect((await stat(inFolder('users', 'ann', 'links.toml'))).size).toBeGreaterThan(0)
  })
})
