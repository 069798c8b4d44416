import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { api, type RestoredUser } from '../../src-server/contract/index.ts'
import { fetchBytes, fixtureZip, hashOf, restoreZip, sendBackup } from '../helpers/backups.ts'
import { assetsOf, snapshot, upload, usersToml } from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

interface Expected {
  readonly owner: string
  readonly type: string
  readonly path?: string
  readonly sha256?: string
  readonly url?: string
}
const manifest = JSON.parse(
  await readFile(join(import.meta.dirname, '../fixtures/upstream-manifest.json'), 'utf8'),
) as { links: Record<string, Expected> }

let server: TestServer
let admin: SignedIn
let alice: SignedIn

beforeEach(async () => {
  server = await startTestServer({
    owner: true,
    files: { 'users/users.toml': usersToml({ alice: 'alice-pass', bob: 'bob-pass' }) },
  })
  admin = await server.as()
  alice = await server.as('alice', 'alice-pass')
})
afterEach(() => server.stop())

const linksOf = async (owner: string) => {
  const text = await readFile(join(server.dataDir, 'users', owner, 'links.toml'), 'utf8')
  return (parse(text) as { links: Record<string, Record<string, unknown>> }).links
}
const only = (users: readonly RestoredUser[]): RestoredUser => {
  expect(users).toHaveLength(1)
  return users[0] as RestoredUser
}
const tree = (except: readonly string[] = ['logs', 'state']) => snapshot(server.dataDir, { except })
const redirect = (code: string, url = 'https://example.com/mine') => ({ type: 'redirect' as const, code, url })

describe('a backup that upstream made', () => {
  test.each(['alice', 'alice_by_admin', 'admin'])('%s: every link and every file comes back', async name => {
    const zip = await fixtureZip(name)
    const owner = name === 'admin' ? 'admin' : 'alice'
    const { created, refused, files } = only((await restoreZip(admin, zip, { user: owner })).users)
    const rows = await linksOf(owner)
    expect(created.length).toBeGreaterThan(10)
    expect(Object.keys(rows).sort()).toEqual([...created].sort())
    let checked = 0
    for (const code of created) {
      const { type, url, sha256 } = manifest.links[code] as Expected
      expect([code, rows[code]?.type]).toEqual([code, type])
      if (type === 'redirect') expect(rows[code]?.url).toBe(url)
      if (sha256 === undefined) continue
      const bytes = await readFile(join(server.dataDir, 'users', owner, 'assets', String(rows[code]?.path)))
      expect([code, hashOf(bytes)]).toEqual([code, sha256])
      checked += 1
    }
    expect(checked).toBe(files)
    expect(await assetsOf(server, owner)).toHaveLength(files)
    const expired = name === 'alice_by_admin' ? [{ code: 'gone-file', reason: 'It expired on 1 January 2020' }] : []
    expect(refused).toEqual(expired)
  })

  test('is served at once, and after a restart', async () => {
    await restoreZip(alice, await fixtureZip('alice'))
    const check = async () => {
      const reply = await server.fetch('/notes')
      expect(hashOf(Buffer.from(await reply.arrayBuffer()))).toBe(manifest.links.notes?.sha256)
      expect((await server.fetch('/wonder')).headers.get('location')).toBe(manifest.links.wonder?.url)
    }
    await check()
    await server.restart()
    await check()
  })

  test('keeps dates, unknown keys and the order of keys as they are written', async () => {
    await restoreZip(alice, await fixtureZip('alice'))
    const { cheshire } = await linksOf('alice')
    expect(cheshire).toMatchObject({
      expiration_date: '2030-01-01T00:00',
      upload_date: expect.stringMatching(/^2026-11-24T03:/),
    })
    expect(Object.keys(cheshire ?? {}).slice(0, 3)).toEqual(['type', 'expiration_date', 'path'])
  })

  test('leaves the looks of somebody else as they are', async () => {
    await restoreZip(admin, await fixtureZip('alice'), { user: 'bob' })
    expect(await readdir(join(server.dataDir, 'users/bob'))).toEqual(expect.not.arrayContaining(['config.toml']))
  })

  test('brings its owner’s themes along', async () => {
    await restoreZip(alice, await fixtureZip('alice'))
    const config = await readFile(join(server.dataDir, 'users/alice/config.toml'), 'utf8')
    expect(parse(config)).toEqual({ app: { theme: 'darkly', markdown_theme: 'solar' } })
  })
})

describe('a dry run', () => {
  test('reports exactly what the restore then does, and changes nothing', async () => {
    await alice.call(api.links.create, redirect('wonder'))
    await alice.call(api.links.create, redirect('mine'))
    const zip = await fixtureZip('alice_by_admin')
    const before = await tree()
    const asked = await restoreZip(alice, zip, { dryRun: 'true', mode: 'replace' })
    expect(await tree()).toEqual(before)
    expect(asked).toMatchObject({ dryRun: true, mode: 'replace', createdBy: 'admin', upload: expect.any(String) })
    expect(only(asked.users)).toMatchObject({
      overwritten: ['wonder'],
      removed: ['mine'],
      unchanged: [],
      conflicts: [],
    })

    const done = await alice.call(api.backups.restore, { upload: asked.upload, mode: 'replace' })
    expect(only(done.users)).toEqual(only(asked.users))
    expect(await readdir(join(server.dataDir, 'state', 'restores'))).toEqual([])
  })

  test('of an upload is nobody else’s', async () => {
    const { upload } = await restoreZip(alice, await fixtureZip('alice'), { dryRun: '1' })
    await expect(admin.call(api.backups.restore, { upload })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('tells of conflicts by their owner, and the restore does nothing at all', async () => {
    await admin.call(api.links.create, redirect('party'))
    await admin.call(api.links.create, redirect('notes'))
    const before = await tree()
    const zip = await fixtureZip('alice')
    const report = await restoreZip(alice, zip, { dryRun: 'on' })
    expect(only(report.users).conflicts).toEqual([
      { code: 'party', owner: 'admin' },
      { code: 'notes', owner: 'admin' },
    ])
    expect(report.blockedBy).toMatch(/\/party belongs to admin here, and 1 more code is taken too/)
    const reply = await sendBackup(alice, zip)
    expect([reply.status, reply.json]).toMatchObject([409, { code: 'conflict', detail: report.blockedBy }])
    expect(await tree()).toEqual(before)
  })
})

describe('a restore', () => {
  test('merge: the backup wins where codes meet, and what is here besides stays', async () => {
    await alice.call(api.links.create, redirect('wonder'))
    await alice.call(api.links.create, redirect('mine'))
    const { created, overwritten, removed } = only((await restoreZip(alice, await fixtureZip('alice'))).users)
    expect([overwritten, removed]).toEqual([['wonder'], []])
    const rows = await linksOf('alice')
    expect(rows.wonder?.url).toBe(manifest.links.wonder?.url)
    expect(Object.keys(rows).sort()).toEqual([...created, 'mine', 'wonder'].sort())
  })

  test('replace: what is not in the backup goes to the trash, with its file, and can come back', async () => {
    await upload(alice, 'mine.txt', 'my own words', { code: 'mine' })
    const { removed } = only((await restoreZip(alice, await fixtureZip('alice'), { mode: 'replace' })).users)
    expect(removed).toEqual(['mine'])
    expect((await server.fetch('/mine')).status).toBe(404)
    expect(await assetsOf(server, 'alice')).toHaveLength(11)
    await alice.call(api.links.restore, { code: 'mine' })
    expect(await (await server.fetch('/mine')).text()).toBe('my own words')
  })

  test('twice: the second changes nothing and copies no file', async () => {
    const zip = await fixtureZip('alice')
    const first = only((await restoreZip(alice, zip)).users)
    const before = await tree()
    const second = only((await restoreZip(alice, zip)).users)
    expect(second).toMatchObject({ created: [], overwritten: [], files: 0, bytes: 0 })
    expect(second.unchanged).toEqual(first.created)
    expect(await tree()).toEqual(before)
  })

  test('a file that is here already is used again when only its link differs', async () => {
    await restoreZip(alice, await fixtureZip('alice'))
    const files = await assetsOf(server, 'alice')
    await alice.call(api.links.update, { code: 'notes', title: 'Changed' })
    const { overwritten, files: copied } = only((await restoreZip(alice, await fixtureZip('alice'))).users)
    expect([overwritten, copied]).toEqual([['notes'], 0])
    expect(await assetsOf(server, 'alice')).toEqual(files)
    expect((await linksOf('alice')).notes).not.toHaveProperty('title')
    expect(hashOf(Buffer.from(await (await server.fetch('/notes')).arrayBuffer()))).toBe(manifest.links.notes?.sha256)
  })

  test('what a backup made here holds comes back whole, each kind of link', async () => {
    await alice.call(api.links.create, redirect('there'))
    await upload(alice, 'big.txt', 'x'.repeat(3_000_000), { code: 'big' })
    await alice.call(api.links.create, { type: 'markdown', code: 'page', content: '# Hello' })
    const before = await linksOf('alice')
    const { bytes } = await fetchBytes(server, alice, { method: 'POST', path: '/api/v1/backups', body: '{}' })
    for (const code of ['there', 'big', 'page']) await alice.call(api.links.remove, { code })
    const { created, refused } = only((await restoreZip(alice, bytes)).users)
    expect([created.sort(), refused]).toEqual([['big', 'page', 'there'], []])
    const after = await linksOf('alice')
    for (const code of Object.keys(before)) {
      expect({ ...after[code], path: '', sha256: '' }).toEqual({ ...before[code], path: '', sha256: '' })
    }
    expect((await (await server.fetch('/big')).text()).length).toBe(3_000_000)
  })

  test('a backup and its restore keep what people wrote by hand: TOML’s own dates, numbers of any size, unknown keys', async () => {
    const row = [
      '[links.odd]\ntype = "redirect"\nurl = "https://example.com"\nexpiration_date = 2089-12-31T23:59:59\n',
      'since = 2024-05-06\nhuge = 9007199254740993\nratio = 1.0\ntags = ["a", "b"]\n\n[links.odd.extra]\nnested = true\n',
    ].join('')
    await writeFile(join(server.dataDir, 'users/alice/links.toml'), row)
    await expect.poll(async () => (await server.fetch('/odd')).status).toBe(302)
    const { bytes } = await fetchBytes(server, alice, { method: 'POST', path: '/api/v1/backups', body: '{}' })
    await alice.call(api.links.remove, { code: 'odd' })
    expect(only((await restoreZip(alice, bytes)).users).created).toEqual(['odd'])
    const text = await readFile(join(server.dataDir, 'users/alice/links.toml'), 'utf8')
    for (const line of ['expiration_date = 2089-12-31T23:59:59', 'since = 2024-05-06', 'huge = 9007199254740993']) {
      expect(text).toContain(line)
    }
    expect(text).toContain('nested = true')
  })

  test('is one’s own to do, and of one’s own', async () => {
    const zip = await fixtureZip('admin')
    for (const fields of [{}, { user: 'admin' }, { user: 'bob' }]) {
      const reply = await sendBackup(alice, zip, fields as Record<string, string>)
      expect([reply.status, reply.json]).toMatchObject([403, { code: 'not_allowed' }])
    }
    expect(only((await restoreZip(alice, zip, { user: 'alice' })).users).username).toBe('alice')
    expect(Object.keys(await linksOf('alice'))).toContain('café')
  })

  test('a backup of a user who is not here asks whose the links become', async () => {
    const report = await restoreZip(admin, await fixtureZip('alice'), { user: 'carol', dryRun: 'true' })
    expect(report).toMatchObject({ users: [], blockedBy: expect.stringContaining('no user called carol') })
    expect((await sendBackup(admin, await fixtureZip('alice'), { user: 'carol' })).status).toBe(409)
  })

  test('the desktop brings a file in by its path', async () => {
    const path = join(import.meta.dirname, '../fixtures/trunk8_backup_admin.zip')
    const { upload } = await server.desktop.call(api.backups.bringIn, { path })
    const asked = await server.window.call(api.backups.restore, { upload, dryRun: true })
    expect(only(asked.users).created).toContain('handbook')
    await server.window.call(api.backups.restore, { upload })
    expect(hashOf(Buffer.from(await (await server.fetch('/handbook')).arrayBuffer()))).toBe(
      manifest.links.handbook?.sha256,
    )
    await expect(server.desktop.call(api.backups.bringIn, { path: '/no/such/file.zip' })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  test('is written into the audit trail', async () => {
    await restoreZip(alice, await fixtureZip('alice'))
    const trail = await readFile(join(server.dataDir, 'logs', 'audit.jsonl'), 'utf8')
    expect(trail).toMatch(/"actor":"alice","action":"restore","target":"alice","mode":"merge"/)
  })
})

describe('a backup of everybody', () => {
  let source: TestServer
  let folder: string
  let zip: Buffer

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 't8-everybody-'))
    await cp(join(import.meta.dirname, '../fixtures/upstream-instance'), folder, { recursive: true })
    source = await startTestServer({ dataDir: folder, adminPassword: 'Adm1n-Fixture!' })
    const owner = await source.as()
    const { bytes } = await fetchBytes(source, owner, {
      method: 'POST',
      path: '/api/v1/backups',
      body: '{"user":"*"}',
    })
    zip = bytes
    await source.stop()
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  test('makes the people who are missing, with their passwords, and leaves the admin’s alone', async () => {
    const other = await startTestServer({ adminPassword: 'another password of an admin' })
    const owner = await other.as()
    const { users } = await restoreZip(owner, zip)
    expect(users.map(({ username, isNewUser }) => [username, isNewUser])).toEqual([
      ['admin', false],
      ['alice', true],
      ['bob', true],
    ])
    await other.as('alice', 'wonder-land-42')
    await other.as('', 'another password of an admin')
    for (const [code, { sha256, type }] of Object.entries(manifest.links)) {
      if (type !== 'file' || sha256 === undefined || code.startsWith('gone')) continue
      const reply = await other.fetch(`/${encodeURIComponent(code)}`)
      expect([code, hashOf(Buffer.from(await reply.arrayBuffer()))]).toEqual([code, sha256])
    }
    expect(users.find(({ username }) => username === 'bob')?.refused).toContainEqual({
      code: 'js-url',
      reason: 'Its address may not be linked to',
    })
    await other.stop()
  })

  test('that cannot be finished leaves no trace of people who would have been made', async () => {
    const other = await startTestServer()
    const owner = await other.as()
    await owner.call(api.links.create, redirect('mine'))
    await writeFile(join(other.dataDir, 'users', 'admin', 'links.toml'), '[links.broken\n')
    const before = await snapshot(other.dataDir, { except: ['logs', 'state'] })
    expect((await sendBackup(owner, zip)).json).toMatchObject({ code: 'file_broken' })
    expect(await snapshot(other.dataDir, { except: ['logs', 'state'] })).toEqual(before)
    expect((await readdir(join(other.dataDir, 'users'))).sort()).toEqual(['admin', 'users.toml'])
    await other.stop()
  })

  test('does not hand links that lie about to a user who would be made', async () => {
    const stray = '[links.stray]\ntype = "redirect"\nurl = "https://example.com"\n'
    const other = await startTestServer({ files: { 'users/bob/links.toml': stray } })
    const reply = await sendBackup(await other.as(), zip)
    expect([reply.status, reply.json]).toMatchObject([
      409,
      { detail: expect.stringContaining('users/bob is here already') },
    ])
    expect(await readFile(join(other.dataDir, 'users/bob/links.toml'), 'utf8')).toBe(stray)
    await other.stop()
  })

  test('is for admins, and gives one person’s part to that person', async () => {
    expect((await sendBackup(alice, zip)).status).toBe(403)
    const { created } = only((await restoreZip(alice, zip, { user: 'alice' })).users)
    expect(created).toContain('wonder')
    expect(await assetsOf(server, 'bob')).toEqual([])
  })

  test('when one person’s file cannot be written, everybody’s is as it was', async () => {
    await upload(alice, 'mine.txt', 'my own words', { code: 'notes' })
    await admin.call(api.links.create, redirect('front'))
    const path = join(server.dataDir, 'users', 'bob', 'links.toml')
    await writeFile(path, '[links.broken\n')
    const before = await tree()
    const reply = await sendBackup(admin, zip)
    expect([reply.status, reply.json]).toMatchObject([409, { code: 'file_broken' }])
    expect(await tree()).toEqual(before)
    expect(await (await server.fetch('/notes')).text()).toBe('my own words')
  })
})

describe('a restore that a crash cut short', () => {
  const journal = (phase: string) =>
    [
      `phase = "${phase}"\n[[users]]\nusername = "alice"\ndrop = []\nfiles = ["11111111-1111-4111-8111-111111111111.txt"]\n`,
      '[users.put.back]\ntype = "file"\npath = "11111111-1111-4111-8111-111111111111.txt"\noriginal_filename = "back.txt"\n',
    ].join('')
  const cutShort = async (phase: string, files: Readonly<Record<string, string>> = {}) => {
    const asset = 'users/alice/assets/11111111-1111-4111-8111-111111111111.txt'
    return startTestServer({
      files: {
        'users/users.toml': usersToml({ alice: 'alice-pass' }),
        'state/restore.toml': journal(phase),
        'state/restores/left.zip': 'left',
        [asset]: 'brought back',
        ...files,
      },
    })
  }

  test('before it took effect leaves nothing behind', async () => {
    const other = await cutShort('staging')
    expect(await assetsOf(other, 'alice')).toEqual([])
    expect((await other.fetch('/back')).status).toBe(404)
    expect((await snapshot(other.dataDir)).filter(name => name.includes('restores'))).toEqual([])
    await other.stop()
  })

  test('and cannot be finished yet is finished before the next restore', async () => {
    const other = await cutShort('committing', { 'users/alice/links.toml': '[links.broken\n' })
    await writeFile(
      join(other.dataDir, 'users/alice/links.toml'),
      '[links.mended]\ntype = "redirect"\nurl = "https://example.com"\n',
    )
    await expect.poll(async () => (await other.fetch('/mended')).status).toBe(302)
    await restoreZip(await other.as('alice', 'alice-pass'), await fixtureZip('alice'))
    expect(await (await other.fetch('/back')).text()).toBe('brought back')
    expect((await other.fetch('/wonder')).status).toBe(302)
    await other.stop()
  })

  test('while it took effect is finished at the next start', async () => {
    const other = await cutShort('committing')
    expect(await (await other.fetch('/back')).text()).toBe('brought back')
    await other.restart()
    expect(await (await other.fetch('/back')).text()).toBe('brought back')
    expect(await readFile(join(other.dataDir, 'state/restore.toml'), 'utf8')).not.toContain('committing')
    await other.stop()
  })
})
