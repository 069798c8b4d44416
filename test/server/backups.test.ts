import { execFile, execFileSync } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'smol-toml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, backupFilePath, type Job } from '../../src-server/contract/index.ts'
import { fetchBytes, hashOf, unzip } from '../helpers/backups.ts'
import { eventually, listen } from '../helpers/files.ts'
import { type Client, type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const manifest = JSON.parse(
  await readFile(join(import.meta.dirname, '../fixtures/upstream-manifest.json'), 'utf8'),
) as { links: Record<string, { owner: string; path?: string; sha256?: string }> }

let folder: string
let server: TestServer
let admin: SignedIn
let alice: SignedIn

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-backups-'))
  await cp(join(import.meta.dirname, '../fixtures/upstream-instance'), join(folder, 'data'), { recursive: true })
  const assets = join(folder, 'data', 'users', 'alice', 'assets')
  await symlink(join(folder, 'data', 'users', 'users.toml'), join(assets, 'leads-out.txt'))
  const links = join(folder, 'data', 'users', 'alice', 'links.toml')
  const hostile = ['../../users.toml', 'leads-out.txt', '/etc/hostname']
  const rows = hostile.map((path, index) => `\n[links.out-${index}]\ntype = "file"\npath = ${JSON.stringify(path)}\n`)
  await writeFile(links, (await readFile(links, 'utf8')) + rows.join(''))
  server = await startTestServer({ dataDir: join(folder, 'data'), adminPassword: 'Adm1n-Fixture!', owner: true })
  admin = await server.as()
  alice = await server.as('alice', 'wonder-land-42')
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Makes a stored backup, and waits for it. */
async function store(client: Client, user?: string): Promise<Job> {
  const { id } = await client.call(api.backups.store, { user })
  return eventually(async () => {
    const job = (await client.call(api.jobs.list, {})).items.find(job => job.id === id)
    return job?.state === 'running' ? undefined : job
  }, 'the backup to end')
}

async function download(user: SignedIn, body: object): Promise<string> {
  const { status, bytes } = await fetchBytes(server, user, {
    method: 'POST',
    path: '/api/v1/backups',
    body: JSON.stringify(body),
  })
  expect(status).toBe(200)
  const path = join(folder, `${hashOf(bytes)}.zip`)
  await writeFile(path, bytes)
  return path
}

const livingFiles = (owner: string) =>
  Object.entries(manifest.links).filter(([code, it]) => it.owner === owner && it.path && !code.startsWith('gone'))

describe('a backup of one’s own', () => {
  test('has upstream’s layout, and every file as it is', async () => {
    const entries = await unzip(await download(alice, {}))
    const files = livingFiles('alice')
    for (const [code, { path, sha256 }] of files) {
      expect([code, hashOf(entries.get(`assets/${path}`) ?? Buffer.from(''))]).toEqual([code, sha256])
    }
    const others = [...entries.keys()].filter(name => !name.startsWith('assets/')).sort()
    expect(others).toEqual(['backup_metadata.toml', 'config.toml', 'links.toml'])
    const { backup_info } = parse(entries.get('backup_metadata.toml')?.toString() ?? '')
    expect(backup_info).toEqual({
      created_by: 'alice',
      target_user: 'alice',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/),
      trunk8_version: '0.0.0-test',
    })
    const { links } = parse(entries.get('links.toml')?.toString() ?? '') as { links: Record<string, unknown> }
    const onDisk = parse(await readFile(join(server.dataDir, 'users/alice/links.toml'), 'utf8')) as typeof links
    for (const code of ['wonder', 'party', 'notes', 'poem', 'card']) {
      expect(links[code]).toEqual((onDisk.links as typeof links)[code])
    }
  })

  test('holds nothing from outside the folder of files', async () => {
    const entries = await unzip(await download(alice, {}))
    for (const bytes of entries.values()) expect(bytes.toString('latin1')).not.toMatch(/pbkdf2|password_hash/)
    expect(entries.get('links.toml')?.toString()).not.toContain('out-')
    expect(entries.get('backup_metadata.toml')?.toString()).toContain('out-1')
  })

  test.skipIf(!hasPython())('is whole in the eyes of Python’s zipfile, with which upstream reads it', async () => {
    const script =
      'import sys, zipfile, json\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps(z.namelist()))'
    const { stdout } = await promisify(execFile)('python3', ['-c', script, await download(alice, {})])
    expect(JSON.parse(stdout)).toContain('links.toml')
  })

  test('is one’s own alone', async () => {
    await expect(alice.call(api.backups.store, { user: 'bob' })).rejects.toMatchObject({ code: 'not_allowed' })
    await expect(alice.call(api.backups.store, { user: '*' })).rejects.toMatchObject({ code: 'not_allowed' })
    const { status } = await fetchBytes(server, alice, {
      method: 'POST',
      path: '/api/v1/backups',
      body: '{"user":"bob"}',
    })
    expect(status).toBe(403)
    await expect(admin.call(api.backups.store, { user: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })
  })
})

test('a backup of everybody has each person’s links and what makes them people, but not the admin’s hash', async () => {
  const entries = await unzip(await download(admin, { user: '*' }))
  for (const name of ['users/admin/links.toml', 'users/alice/links.toml', 'users/bob/links.toml']) {
    expect([...entries.keys()]).toContain(name)
  }
  expect([...entries.keys()]).toEqual(
    expect.arrayContaining(['users/users.toml', 'config/config.toml', 'config/themes.toml', 'users/alice/config.toml']),
  )
  expect([...entries.keys()]).not.toContain('users/admin/config.toml')
  const { users } = parse(entries.get('users/users.toml')?.toString() ?? '') as {
    users: Record<string, Record<string, unknown>>
  }
  expect(users.alice).toMatchObject({ display_name: 'Alice Liddell', password_hash: expect.stringMatching(/^pbkdf2/) })
  expect(users.admin).not.toHaveProperty('password_hash')
})

describe('stored backups', () => {
  test('are listed, resumed, and deleted', async () => {
    const job = await store(alice)
    expect(job).toMatchObject({ kind: 'backup', owner: 'alice', state: 'done', title: 'Back up your links' })
    const name = job.backup ?? ''
    expect(name).toMatch(/^trunk8_backup_alice_\d{8}_\d{6}(_\d+)?\.zip$/)
    const { items, folder: path } = await alice.call(api.backups.list, {})
    expect(items).toEqual([expect.objectContaining({ name, user: 'alice', createdBy: 'alice', isScheduled: false })])
    expect(path).toBeUndefined()
    expect((await admin.call(api.backups.list, {})).folder).toBe(join(server.dataDir, 'backups'))

    const whole = await fetchBytes(server, alice, { path: backupFilePath(name) })
    expect(whole.headers).toMatchObject({ 'content-disposition': `attachment; filename="${name}"` })
    expect(hashOf(whole.bytes)).toBe(hashOf(await readFile(join(server.dataDir, 'backups', name))))
    const part = await alice.send({ path: backupFilePath(name), headers: { Range: 'bytes=0-3' } })
    expect([part.status, part.text]).toEqual([206, 'PK\x03\x04'])

    await alice.call(api.backups.remove, { name })
    expect((await alice.call(api.backups.list, {})).items).toEqual([])
    expect(await readdir(join(server.dataDir, 'backups'))).toEqual([])
  })

  test('belong to whom they are of, and to admins', async () => {
    const mine = (await store(admin)).backup ?? ''
    const hers = (await store(admin, 'alice')).backup ?? ''
    expect((await alice.call(api.backups.list, {})).items.map(({ name }) => name)).toEqual([hers])
    expect((await alice.send({ path: backupFilePath(mine) })).status).toBe(404)
    await expect(alice.call(api.backups.remove, { name: mine })).rejects.toMatchObject({ code: 'not_found' })
    expect((await admin.call(api.backups.list, {})).items.map(({ name }) => name).sort()).toEqual([mine, hers].sort())
    for (const name of [mine, hers]) await admin.call(api.backups.remove, { name })
  })

  test.each(['../config/config.toml', '..%2f..%2fusers.toml', '.hidden.zip', 'x.toml', '%00.zip'])(
    'a name such as %s leads to nothing',
    async name => {
      expect([400, 404, 422]).toContain((await admin.send({ path: `/api/v1/backups/stored/${name}/file` })).status)
    },
  )

  test('a zip that cannot be read says so, to admins', async () => {
    await writeFile(join(server.dataDir, 'backups', 'trunk8_backup_broken.zip'), 'no zip')
    await writeFile(join(server.dataDir, 'backups', 'holiday.zip'), 'of somebody’s own')
    expect((await admin.call(api.backups.list, {})).items).toEqual([
      expect.objectContaining({ name: 'trunk8_backup_broken.zip', problem: expect.stringContaining('no zip file') }),
    ])
    expect((await alice.call(api.backups.list, {})).items).toEqual([])
    await admin.call(api.backups.remove, { name: 'trunk8_backup_broken.zip' })
    expect((await admin.send({ path: backupFilePath('holiday.zip') })).status).toBe(404)
    await expect(admin.call(api.backups.remove, { name: 'holiday.zip' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await readdir(join(server.dataDir, 'backups'))).toEqual(['holiday.zip'])
  })

  test('the work is told of as it goes, to its owner', async () => {
    const { heard, stop } = await listen(server, alice)
    await store(alice)
    const states = () => heard.filter(({ name }) => name === 'job').map(({ data }) => (data as Job).state)
    await eventually(() => (states().includes('done') ? true : undefined), 'the job’s end to be told')
    stop()
    expect(states()[0]).toBe('running')
  })

  test('the desktop copies one to where the person wants it, whole or not at all', async () => {
    const name = (await store(admin)).backup ?? ''
    const path = join(folder, 'copy.zip')
    await server.desktop.call(api.backups.saveTo, { name, path })
    expect(hashOf(await readFile(path))).toBe(hashOf(await readFile(join(server.dataDir, 'backups', name))))
    const nowhere = join(folder, 'no-such-folder', 'copy.zip')
    await expect(server.desktop.call(api.backups.saveTo, { name, path: nowhere })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('is not there'),
    })
    await expect(server.window.call(api.backups.saveTo, { name, path })).rejects.toMatchObject({ code: 'not_allowed' })
  })
})

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
