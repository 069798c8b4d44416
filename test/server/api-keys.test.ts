import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { z } from 'zod'
import { createApiKeys } from '../../src-server/api-keys/api-keys.ts'
import { ApiKeysFile, createApiKeyStore } from '../../src-server/api-keys/store.ts'
import { api } from '../../src-server/contract/index.ts'
import { TomlFile } from '../../src-server/storage/toml-file.ts'
import { soon } from '../helpers/files.ts'
import { actingAs, type Client, type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let admin: SignedIn
let ann: SignedIn

const annsPassword = 'a long word of Ann’s'

beforeAll(async () => {
  // Whether a key may come without encryption is another test's business.
  server = await startTestServer({ owner: true, config: '[tls]\nmode = "off"\nallow_http_login = true\n' })
  admin = await server.as()
  await admin.call(api.users.create, { username: 'ann', password: annsPassword })
  ann = await server.as('ann', annsPassword)
})
afterAll(() => server.stop())

type NewKey = z.input<typeof api.apiKeys.create.input>

const make = async (client: Client, given: Partial<NewKey> = {}) =>
  client.call(api.apiKeys.create, { name: 'A script', scopes: ['links:read', 'links:write'], ...given })

const seesLinks = { path: api.links.list.path }
const statusOf = async (key: string, way?: { from?: string }) => (await server.withKey(key, way).send(seesLinks)).status
const textOf = (path: string) => readFile(join(server.dataDir, path), 'utf8')
const oneLink = { type: 'redirect', url: 'https://example.com' } as const

test('a key is told once, and comes in by either header', async () => {
  const { apiKey, key } = await make(ann)
  expect(key).toMatch(/^t8_[0-9A-Za-z]{8}_[\w-]{43}$/)
  expect(apiKey).toMatchObject({ name: 'A script', owner: 'ann', scopes: ['links:read', 'links:write'], networks: [] })
  const link = await server.withKey(key).call(api.links.create, oneLink)
  expect(link.owner).toBe('ann')
  expect((await server.send({ ...seesLinks, headers: { 'X-API-Key': key } })).status).toBe(200)
  expect((await server.send({ ...seesLinks, headers: { Authorization: `bearer ${key}` } })).status).toBe(200)
  const { items } = await ann.call(api.apiKeys.list, {})
  expect(items.map(({ id }) => id)).toContain(apiKey.id)
  expect(JSON.stringify(items)).not.toContain(key.slice(12))
})

test('with a key no cookie counts, and no token is asked for', async () => {
  const { key } = await make(ann)
  const headers = { Authorization: `Bearer ${key}`, Cookie: admin.cookie }
  const whoami = await server.send({ path: api.me.get.path, headers })
  expect(whoami.json).toMatchObject({ username: 'ann' })
  const body = JSON.stringify(oneLink)
  const made = await server.send({
    ...{ method: 'POST', path: api.links.create.path, body },
    headers: { ...headers, 'Content-Type': 'application/json', Origin: 'https://elsewhere.example' },
  })
  expect([made.status, made.json]).toMatchObject([201, { owner: 'ann' }])
  const broken = { Authorization: `Bearer ${key}x`, Cookie: admin.cookie }
  expect((await server.send({ ...seesLinks, headers: broken })).status).toBe(401)
})

test('two keys that differ are one too many', async () => {
  const [{ key: one }, { key: other }] = [await make(ann), await make(ann)]
  const send = (key: string) =>
    server.send({ ...seesLinks, headers: { Authorization: `Bearer ${one}`, 'X-API-Key': key } })
  expect((await send(one)).status).toBe(200)
  expect((await send(other)).status).toBe(400)
})

test('what is no key of ours is refused with one answer, and says how a key comes', async () => {
  const { apiKey, key } = await make(ann)
  const replies = [
    ...['t8_', 't8_abcdefgh_short', `t8_AAAAAAAA_${'A'.repeat(43)}`, `t8_${apiKey.id}_${'A'.repeat(43)}`],
    ...[key.slice(0, -1), `${key}A`, key.toUpperCase()],
  ].map(wrong => server.send({ ...seesLinks, headers: { 'X-API-Key': wrong } }))
  const details = new Set<unknown>()
  for (const reply of await Promise.all(replies)) {
    expect([reply.status, reply.json]).toMatchObject([401, { code: 'bad_api_key' }])
    expect(reply.headers['www-authenticate']).toBe('Bearer error="invalid_token"')
    details.add((reply.json as { detail: string }).detail)
  }
  expect(details.size).toBe(1)
  const none = await server.send(seesLinks)
  expect([none.status, none.headers['www-authenticate']]).toEqual([401, 'Bearer'])
})

test('a bad key is bad for every address, those that are open to all too', async () => {
  for (const path of ['/', '/some-code', '/api/v1/welcome', '/auth/login', '/api/v1/events']) {
    const reply = await server.send({ path, headers: { Authorization: `Bearer t8_AAAAAAAA_${'A'.repeat(43)}` } })
    expect([path, reply.status]).toEqual([path, 401])
  }
})

test('a key in an address is refused, wherever it stands and however it is written, and is in the audit trail', async () => {
  const { apiKey, key } = await make(ann)
  const escaped = [...key].map(char => `%${char.charCodeAt(0).toString(16)}`).join('')
  const ways = [
    `/api/v1/links?api_key=${key}`,
    `/api/v1/links?key=${key}&limit=3`,
    `/api/v1/links?api_key=${key.replaceAll('_', '%5F')}`,
    `/${key}`,
    `/api/v1/links/${key}`,
    `/${escaped}?x=%zz`,
    `/static/${key}.js`,
    `/api/v1/links?token=Bearer%20${key.slice(0, 20)}`,
  ]
  for (const path of ways) {
    const reply = await server.send({ path, headers: { Authorization: `Bearer ${key}` } })
    expect([path, reply.status, reply.text.includes(key)]).toEqual([path, 400, false])
  }
  const lines = (await textOf('logs/audit.jsonl')).split('\n').filter(line => line.includes('api_key_in_address'))
  expect(lines.map(line => JSON.parse(line))).toEqual(
    ways.map(() => expect.objectContaining({ target: apiKey.id, from: '127.0.0.1' })),
  )
  expect(await statusOf(key)).toBe(200)
})

test('codes that only look like a key lead where they lead', async () => {
  await ann.call(api.links.create, { ...oneLink, code: 't8_abcdefgh_x' })
  expect((await server.fetch('/t8_abcdefgh_x')).status).toBe(302)
})

test('no key is in any file or log of the instance', async () => {
  const { key } = await make(ann, { name: 'Looked for' })
  await server.withKey(key).call(api.links.list, {})
  await server.withKey(`${key}x`).send(seesLinks)
  await server.send({ path: `/api/v1/links?api_key=${key}` })
  const files = await readdir(server.dataDir, { recursive: true, withFileTypes: true })
  const texts = await Promise.all(
    // What is being written at this moment is looked at once it is.
    files
      .filter(file => file.isFile() && !file.name.endsWith('.tmp'))
      .map(file => readFile(join(file.parentPath, file.name), 'latin1')),
  )
  expect(texts.length).toBeGreaterThan(4)
  expect(texts.some(text => text.includes('Looked for'))).toBe(true)
  for (const text of texts) expect(text).not.toContain(key.slice(12))
  expect(await textOf('state/api-keys.toml')).toContain(createHash('sha256').update(key).digest('hex'))
})

test('a key for the proxy’s own network does not open for whoever comes by the proxy without a name', async () => {
  const config = '[server]\npublic_url = "https://share.example.com"\n[proxy]\ntrusted = ["127.0.0.9"]\n'
  const behind = await startTestServer({ config })
  const { key } = await (await behind.as()).call(api.apiKeys.create, {
    ...{ name: 'A script at the proxy', scopes: ['links:read'], networks: ['127.0.0.9', '192.0.2.7'] },
  })
  const statusBy = async (headers: Record<string, string>) =>
    (await behind.send({ path: '/api/v1/me', from: '127.0.0.9', headers: { 'X-API-Key': key, ...headers } })).status
  const named = { Host: 'share.example.com', 'X-Forwarded-For': '192.0.2.7', 'X-Forwarded-Proto': 'https' }
  expect([await statusBy(named), await statusBy({ Host: 'localhost' })]).toEqual([200, 401])
  await behind.stop()
})

test('a key opens from its networks alone', async () => {
  const { key } = await make(ann, { networks: ['127.0.0.64/26', '127.0.0.9', '2001:db8::/32'] })
  const open = async (from: string) => statusOf(key, { from })
  expect([await open('127.0.0.66'), await open('127.0.0.127'), await open('127.0.0.9')]).toEqual([200, 200, 200])
  expect([await open('127.0.0.1'), await open('127.0.0.128'), await open('127.0.0.10')]).toEqual([401, 401, 401])
})

test('what it was last used for is told to the minute, and survives a restart', async () => {
  const { apiKey, key } = await make(ann)
  expect(apiKey).not.toHaveProperty('lastUsedAt')
  await statusOf(key, { from: '127.0.0.66' })
  await server.restart()
  admin = await server.as()
  ann = await server.as('ann', annsPassword)
  const kept = (await ann.call(api.apiKeys.list, {})).items.find(({ id }) => id === apiKey.id)
  expect(kept).toMatchObject({ lastUsedFrom: '127.0.0.66', lastUsedAt: expect.stringMatching(/Z$/) })
  expect(await statusOf(key)).toBe(200)
})

test('a key that is removed opens nothing from then on, and is nobody else’s to remove', async () => {
  const { apiKey, key } = await make(ann)
  await admin.call(api.users.create, { username: 'bob', password: 'a long word of Bob’s' })
  const bob = await server.as('bob', 'a long word of Bob’s')
  await expect(bob.call(api.apiKeys.remove, { id: apiKey.id })).rejects.toMatchObject({ code: 'not_found' })
  await expect(bob.call(api.apiKeys.removeAny, { id: apiKey.id })).rejects.toMatchObject({ code: 'not_allowed' })
  expect((await bob.call(api.apiKeys.list, {})).items).toEqual([])
  expect(await statusOf(key)).toBe(200)
  await ann.call(api.apiKeys.remove, { id: apiKey.id })
  expect(await statusOf(key)).toBe(401)
})

test('an admin sees everybody’s keys and takes any away; both are in the audit trail', async () => {
  const { apiKey, key } = await make(ann, { name: 'Seen by all' })
  const { items } = await admin.call(api.apiKeys.listAll, {})
  expect(items.find(({ id }) => id === apiKey.id)).toMatchObject({ owner: 'ann', name: 'Seen by all' })
  await admin.call(api.apiKeys.removeAny, { id: apiKey.id })
  expect(await statusOf(key)).toBe(401)
  const lines = (await textOf('logs/audit.jsonl')).split('\n').filter(line => line.includes(apiKey.id))
  expect(lines.map(line => JSON.parse(line))).toMatchObject([
    { actor: 'ann', action: 'api_key_made' },
    { actor: 'admin', action: 'api_key_removed', owner: 'ann' },
  ])
})

test('an admin who acts as somebody makes no key in their name', async () => {
  await expect(make(actingAs(admin, 'ann'))).rejects.toMatchObject({ code: 'not_allowed' })
})

test('a user makes no key for more than they may', async () => {
  await expect(make(ann, { scopes: ['admin'] })).rejects.toMatchObject({ code: 'invalid_input' })
})

test.each<[string, Partial<Record<keyof NewKey, unknown>>]>([
  ['no name', { name: ' ' }],
  ['no scope', { scopes: [] }],
  ['a scope that there is not', { scopes: ['everything'] }],
  ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }],
  ['a network that is none', { networks: ['127.1'] }],
  ['a network with too many bits', { networks: ['10.0.0.0/33'] }],
])('%s is refused, and no key is made', async (_, given) => {
  const { items } = await ann.call(api.apiKeys.list, {})
  const body = JSON.stringify({ name: 'Bad', scopes: ['links:read'], ...given })
  const headers = { 'Content-Type': 'application/json' }
  const reply = await ann.send({ method: 'POST', path: api.apiKeys.create.path, body, headers })
  expect([reply.status, reply.json]).toMatchObject([422, { errors: [{ path: expect.stringContaining('') }] }])
  expect((await ann.call(api.apiKeys.list, {})).items.length).toBe(items.length)
})

test('it outlives its owner’s password, and goes with its owner', async () => {
  await admin.call(api.users.create, { username: 'carl', password: 'a long word of Carl’s' })
  const carl = await server.as('carl', 'a long word of Carl’s')
  const { key } = await make(carl)
  await carl.call(api.me.changePassword, { current: 'a long word of Carl’s', next: 'another long word of Carl’s' })
  expect(await statusOf(key)).toBe(200)
  await admin.call(api.users.remove, { name: 'carl' })
  expect(await statusOf(key)).toBe(401)
  await vi.waitFor(async () => expect(await textOf('state/api-keys.toml')).not.toContain('"carl"'), soon)
  await admin.call(api.users.create, { username: 'carl', password: 'a long word of Carl’s' })
  expect(await statusOf(key)).toBe(401)
})

test('a key for all that an admin may does less once its owner is none', async () => {
  await admin.call(api.users.create, { username: 'dora', password: 'a long word of Dora’s', isAdmin: true })
  const dora = await server.as('dora', 'a long word of Dora’s')
  const { key } = await make(dora, { scopes: ['admin', 'links:read'] })
  const program = server.withKey(key)
  expect((await program.call(api.users.list, {})).items.length).toBeGreaterThan(1)
  expect(await program.call(api.me.get, {})).toMatchObject({ username: 'dora' })
  await expect(actingAs(program, 'ann').call(api.links.create, oneLink)).resolves.toMatchObject({ owner: 'ann' })
  await admin.call(api.users.update, { name: 'dora', isAdmin: false })
  await expect(program.call(api.users.list, {})).rejects.toMatchObject({ code: 'scope_missing' })
  await expect(actingAs(program, 'ann').call(api.links.list, {})).rejects.toMatchObject({ code: 'not_allowed' })
  await expect(program.call(api.links.create, oneLink)).rejects.toMatchObject({ code: 'scope_missing' })
  expect(await statusOf(key)).toBe(200)
})

test('without the scope for it, an admin’s key sees what a user sees', async () => {
  const { key } = await make(admin, { scopes: ['links:read'] })
  await ann.call(api.links.create, { ...oneLink, code: 'anns-own' })
  const owners = (await server.withKey(key).call(api.links.list, {})).items.map(({ owner }) => owner)
  expect(owners).not.toContain('ann')
  await expect(server.withKey(key).call(api.links.get, { code: 'anns-own' })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('a key counts from the moment that its end has passed as none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 't8-'))
  try {
    let time = Date.parse('2026-12-01T12:00:00Z')
    const from = { address: '192.0.2.1', isAttributed: true }
    const file = await TomlFile.open(join(folder, 'api-keys.toml'), ApiKeysFile)
    const events = { publish: vi.fn() }
    const keys = createApiKeys({
      ...{ store: createApiKeyStore(file), users: { find: () => ({ isAdmin: false }) }, events, now: () => time },
      ...{ audit: { record: async () => {} }, log: { error: vi.fn() } },
    })
    const who = { username: 'ann', displayName: 'Ann', isAdmin: false, door: 'lan' } as const
    const { key, apiKey } = await keys.create(who, {
      ...{ name: 'For a day', scopes: ['links:read'], networks: [], expiresAt: '2026-12-02T12:00:00Z' },
    })
    time += 24 * 3_600_000 - 1
    expect([keys.check(key, from).isGood, keys.isAlive(apiKey.id)]).toEqual([true, true])
    time += 1
    expect(keys.check(key, from)).toMatchObject({ isGood: false, owner: 'ann', reason: 'it has expired' })
    expect(keys.isAlive(apiKey.id)).toBe(false)
    expect(keys.listOf('ann')).toMatchObject([{ expiresAt: '2026-12-02T12:00:00.000Z', lastUsedFrom: '192.0.2.1' }])
    await keys.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('each wrong key counts once towards a ban, and nothing counts for a program with a good one', async () => {
  const guarded = await startTestServer({ isLimited: true, config: '[bans]\nmax_retry = 3\n' })
  try {
    const way = { from: '127.0.0.66', isSecure: true }
    const owner = await guarded.as()
    const { key } = await make(owner)
    const good = guarded.withKey(key, way)
    const bad = guarded.withKey(`t8_AAAAAAAA_${'A'.repeat(43)}`, way)
    const statuses = []
    for (const program of [bad, good, bad, good, bad, good]) statuses.push((await program.send(seesLinks)).status)
    expect(statuses).toEqual([401, 200, 401, 200, 401, 403])
  } finally {
    await guarded.stop()
  }
})

test('over plain http from another computer no key is taken, and it is not told whether it is one', async () => {
  const encrypted = await startTestServer()
  try {
    const { key } = await make(await encrypted.as())
    for (const it of [key, `t8_AAAAAAAA_${'A'.repeat(43)}`]) {
      const reply = await encrypted.withKey(it, { from: '127.0.0.66' }).send(seesLinks)
      expect([reply.status, reply.json]).toMatchObject([403, { code: 'https_required' }])
    }
    expect((await encrypted.withKey(key, { from: '127.0.0.66', isSecure: true }).send(seesLinks)).status).toBe(200)
    expect((await encrypted.withKey(key).send(seesLinks)).status).toBe(200)
  } finally {
    await encrypted.stop()
  }
})

test('a file of keys that hands have broken locks nobody out, and opens nothing', async () => {
  const { key } = await make(ann)
  const good = await textOf('state/api-keys.toml')
  await writeFile(join(server.dataDir, 'state/api-keys.toml'), `${good.replaceAll('hash = "', 'hash = "x')}\n`)
  await server.restart()
  admin = await server.as()
  expect(await statusOf(key)).toBe(401)
  expect((await admin.call(api.apiKeys.listAll, {})).items).toEqual([])
})
