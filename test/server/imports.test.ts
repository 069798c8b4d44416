import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFile, chmod, mkdir, mkdtemp, open, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { api, type Transfer } from '../../src-server/contract/index.ts'
import * as files from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const MB = 1024 * 1024

let server: TestServer
let admin: SignedIn
let folder: string

beforeAll(async () => {
  server = await startTestServer({ owner: true, config: '[app]\nmax_file_size_mb = 1\n' })
  admin = await server.as()
  folder = await mkdtemp(join(tmpdir(), 't8-imports-'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})
afterEach(async () => {
  expect((await files.assetsOf(server)).filter(name => name.startsWith('.part-'))).toEqual([])
})

const bring = (path: string, more: object = {}) => server.desktop.call(api.transfers.import, { path, ...more })

async function source(name: string, bytes: Buffer | string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

/** A file of so many zeros that costs no disk until it is copied. */
async function sparse(name: string, size: number): Promise<string> {
  const path = join(folder, name)
  const handle = await open(path, 'w')
  await handle.truncate(size)
  await handle.close()
  return path
}

const now = async (id: string) => (await admin.call(api.transfers.list, {})).items.find(it => it.id === id)
const end = (id: string): Promise<Transfer> =>
  files.eventually(async () => {
    const transfer = await now(id)
    return transfer?.state === 'running' ? undefined : transfer
  }, 'the transfer to end')

test('the answer comes at once, with the code held; the link serves once the bytes are there', async () => {
  const path = await sparse('raw footage – 素材.mov', 100 * MB)
  const before = await stat(path)
  const { heard, stop } = await files.listen(server, admin)
  // Two are copied at a time, so this one waits for as long as is wanted here.
  const blockers = await Promise.all(['x', 'y'].map(async name => bring(await sparse(`before-${name}.mov`, 900 * MB))))
  const transfer = await bring(path, { title: 'Footage', code: 'footage' })
  expect(transfer).toMatchObject({
    ...{ kind: 'import', state: 'running', code: 'footage', owner: 'admin', size: 100 * MB, bytes: 0 },
    ...{ name: 'raw footage – 素材.mov', shareUrl: `${server.url}/footage` },
  })
  const early = await server.fetch('/footage', { headers: { Accept: 'text/html' } })
  expect(early.status).toBe(503)
  expect(early.headers.get('retry-after')).toBe('2')
  expect(await early.text()).toContain('<meta http-equiv="refresh" content="2">')
  const taken = admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'footage' })
  await expect(taken).rejects.toMatchObject({ code: 'code_taken' })

  for (const { id } of blockers) await admin.call(api.transfers.cancel, { id })
  expect(await end(transfer.id)).toMatchObject({ state: 'done', bytes: 100 * MB, size: 100 * MB })
  const { status, headers } = await server.fetch('/footage', { method: 'HEAD' })
  expect([status, headers.get('content-length')]).toEqual([200, String(100 * MB)])
  const told = heard.flatMap(({ name, data }) => (name === 'transfer' ? [(data as Transfer).state] : []))
  expect([told.at(0), told.at(-1)]).toEqual(['running', 'done'])
  expect(heard).toContainEqual({ name: 'links', data: { action: 'created', code: 'footage', owner: 'admin' } })
  expect(await stat(path)).toMatchObject({ size: before.size, mtimeMs: before.mtimeMs, ino: before.ino })
  stop()
  await admin.call(api.links.remove, { code: 'footage' })
})

test('its hash follows by itself', async () => {
  const bytes = randomBytes(5 * MB + 3)
  const transfer = await bring(await source('photo.png', bytes), { name: 'Holiday.png' })
  await end(transfer.id)
  const link = await files.eventually(async () => {
    const found = await admin.call(api.links.get, { code: transfer.code })
    return found.sha256 ? found : undefined
  }, 'the hash')
  expect(link).toMatchObject({ sha256: files.sha256(bytes), originalFilename: 'Holiday.png', mimeType: 'image/png' })
  const body = Buffer.from(await (await server.fetch(`/${transfer.code}`)).arrayBuffer())
  expect(body.equals(bytes)).toBe(true)
})

test('twenty at once all arrive', async () => {
  const made = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => bring(await source(`many-${index}.txt`, `text of ${index}`))),
  )
  for (const [index, { id, code }] of made.entries()) {
    expect(await end(id)).toMatchObject({ state: 'done' })
    expect(await (await server.fetch(`/${code}`)).text()).toBe(`text of ${index}`)
  }
})

test('cancelled: nothing is left, and the code is free again', async () => {
  const waiting = await sparse('waiting.mov', 10 * MB)
  const transfer = await bring(await sparse('long.mov', 900 * MB), { code: 'long' })
  const others = await Promise.all([1, 2, 3].map(() => bring(waiting)))
  const last = others.at(-1) as Transfer
  await admin.call(api.transfers.cancel, { id: last.id })
  await admin.call(api.transfers.cancel, { id: transfer.id })
  for (const { id } of [last, transfer]) {
    expect(await end(id)).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } })
  }
  await files.eventually(async () => ((await server.fetch('/long')).status === 404 ? true : undefined), 'its code')
  for (const { id } of others) await end(id)
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'long' })
})

const unfit: readonly (readonly [what: string, make: () => Promise<string>, code: string, words: RegExp])[] = [
  ['a folder', async () => folder, 'invalid_input', /is a folder\. Drop the files inside it/],
  ['missing', async () => join(folder, 'missing.txt'), 'invalid_input', /not there/],
  ['a pipe', async () => fifo('pipe.txt'), 'invalid_input', /device or a pipe/],
  ['a device', async () => '/dev/null', 'invalid_input', /device or a pipe/],
  ['named without its folder', async () => 'notes.txt', 'invalid_input', /no full path/],
  ['of a kind that is not allowed', async () => source('setup.exe', 'MZ'), 'file_type_not_allowed', /\.exe/],
  [
    'a link that leads nowhere',
    async () => link('nowhere.txt', join(folder, 'gone.txt')),
    'invalid_input',
    /not there/,
  ],
]

test.each(unfit)('refused, and says why: %s', async (_what, make, code, words) => {
  const path = await make()
  const before = (await files.assetsOf(server)).toSorted()
  await expect(bring(path, { code: 'refused' })).rejects.toMatchObject({ code, message: expect.stringMatching(words) })
  expect((await server.fetch('/refused')).status).toBe(404)
  expect((await files.assetsOf(server)).toSorted()).toEqual(before)
})

// Root may read everything, so that there is nothing to refuse.
test.skipIf(process.getuid?.() === 0)('refused, and says why: a file that may not be read', async () => {
  const path = await source('secret.txt', 'secret')
  await chmod(path, 0)
  await expect(bring(path)).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringMatching(/may not read/),
  })
})

test('a link in the file system gives the file that it leads to, under its own name', async () => {
  const path = await link('shortcut.txt', await source('original.txt', 'the original'))
  const { id, code, name } = await bring(path)
  expect(name).toBe('shortcut.txt')
  expect(await end(id)).toMatchObject({ state: 'done' })
  expect(await (await server.fetch(`/${code}`)).text()).toBe('the original')
  expect(await readFile(join(folder, 'original.txt'), 'utf8')).toBe('the original')
})

test('a file that vanishes or changes before its turn comes fails with the reason', async () => {
  const blockers = await Promise.all(['a', 'b'].map(async name => bring(await sparse(`blocker-${name}.mov`, 400 * MB))))
  const [vanishing, changing] = [await source('vanishing.txt', 'text'), await source('changing.txt', 'text')]
  const [vanished, changed] = [await bring(vanishing, { code: 'vanishing' }), await bring(changing)]
  await rm(vanishing)
  await appendFile(changing, 'more')
  for (const { id } of blockers) await admin.call(api.transfers.cancel, { id })
  expect(await end(vanished.id)).toMatchObject({
    state: 'failed',
    error: { detail: expect.stringMatching(/not there/) },
  })
  expect(await end(changed.id)).toMatchObject({ state: 'failed', error: { detail: expect.stringMatching(/changed/) } })
  expect((await server.fetch('/vanishing')).status).toBe(404)
})

test('is for the desktop alone: nobody on the network, and no page in the window, reads this computer’s files', async () => {
  const path = await source('private.txt', 'private')
  for (const client of [admin, server.window]) {
    await expect(client.call(api.transfers.import, { path })).rejects.toMatchObject({ code: 'not_allowed' })
  }
  await expect(server.anyone.call(api.transfers.import, { path })).rejects.toMatchObject({ code: 'sign_in_required' })
})

test('a stop in the middle ends it and leaves nothing', async () => {
  await mkdir(join(folder, 'stop'), { recursive: true })
  const { code } = await bring(await sparse('stop/stop.mov', 900 * MB))
  await server.restart()
  admin = await server.as()
  expect((await server.fetch(`/${code}`)).status).toBe(404)
})

function fifo(name: string): string {
  const path = join(folder, name)
  execFileSync('mkfifo', [path])
  return path
}

async function link(name: string, target: string): Promise<string> {
  const path = join(folder, name)
  await symlink(target, path)
  return path
}
