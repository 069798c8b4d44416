import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { keysOf } from '../../src-server/secret-key/derive.ts'
import { createSealing } from '../../src-server/secret-key/sealing.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

const start = async (options: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> => {
  server = await startTestServer(options)
  return server
}
const replace = (client: SignedIn | TestServer['desktop']) => client.call(api.secretKey.replace, { confirm: true })
const keptKey = async ({ dataDir }: TestServer, name = 'secret-key') =>
  (await readFile(join(dataDir, 'state', name), 'utf8')).trim()

describe('replacing the secret key', () => {
  test('signs everybody out, the admin who did it too, and lets them sign in again', async () => {
    const server = await start()
    const [admin, other] = [await server.as(), await server.as('', server.adminPassword, { remember: true })]
    await replace(admin)
    for (const { cookie } of [admin, other]) {
      expect((await server.send({ path: '/api/v1/session', headers: { Cookie: cookie } })).status).toBe(401)
    }
    expect(await readFile(join(server.dataDir, 'state/sessions.toml'), 'utf8')).not.toContain('username')
    expect((await (await server.as()).call(api.sessions.get, {})).user.username).toBe('admin')
  })

  test('makes another one for the token of each change', async () => {
    const server = await start()
    const before = await server.as()
    await replace(before)
    const after = await server.as()
    const reply = await after.send({
      method: 'POST',
      path: '/auth/logout',
      headers: { 'X-Trunk8-CSRF': before.csrfToken },
    })
    expect([reply.status, reply.json]).toMatchObject([403, { code: 'csrf' }])
  })

  test('closes links that were opened with their password', async () => {
    const server = await start({ owner: true })
    await server.desktop.call(api.links.create, {
      ...{ type: 'redirect', url: 'https://example.com/', code: 'locked', password: 'a word' },
    })
    const opened = await server.send({
      ...{ method: 'POST', path: '/locked', body: 'password=a+word' },
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    })
    const Cookie = opened.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? ''
    expect((await server.send({ path: '/locked', headers: { Cookie } })).status).toBe(302)
    await replace(server.desktop)
    expect((await server.send({ path: '/locked', headers: { Cookie } })).status).toBe(401)
  })

  test('keeps the new one for the next start, and the one before to read what it sealed', async () => {
    const server = await start({ owner: true })
    await replace(server.desktop)
    const [first, before] = [await keptKey(server), await keptKey(server, 'previous-secret-key')]
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(before).toBe('a key of the tests, long enough to be one')
    await replace(server.desktop)
    expect(await keptKey(server, 'previous-secret-key')).toBe(first)
    const admin = await server.as('', server.adminPassword, { remember: true })
    const secretKey = await keptKey(server)
    await server.restart({ secrets: { adminPassword: server.adminPassword, secretKey } })
    expect((await admin.call(api.sessions.get, {})).user.username).toBe('admin')
  })

  test('stands in the audit trail, and neither key in any log', async () => {
    const server = await start({ owner: true })
    await replace(server.desktop)
    const logs = await Promise.all(
      ['audit.jsonl', 'app.log'].map(name => readFile(join(server.dataDir, 'logs', name), 'utf8')),
    )
    expect(logs[0]).toContain('"action":"secret_key_rotated"')
    for (const log of logs) {
      expect(log).not.toContain(await keptKey(server))
      expect(log).not.toContain('a key of the tests')
    }
  })

  test('is asked for twice over: a call without its word changes nothing', async () => {
    const server = await start()
    const admin = await server.as()
    const reply = await admin.send({
      ...{ method: 'POST', path: '/api/v1/secret-key/replace', body: '{}' },
      headers: { 'Content-Type': 'application/json' },
    })
    expect([reply.status, reply.json]).toMatchObject([422, { errors: [{ path: 'confirm' }] }])
    expect((await admin.call(api.sessions.get, {})).user.username).toBe('admin')
  })

  test('cannot be done where the environment sets it, and one is told so', async () => {
    const server = await start({ secrets: { secretKeyFixedBy: 'TRUNK8_SECRET_KEY sets it' } })
    const admin = await server.as()
    expect(await admin.call(api.secretKey.get, {})).toEqual({ fixedBy: 'TRUNK8_SECRET_KEY sets it' })
    await expect(replace(admin)).rejects.toMatchObject({
      code: 'not_allowed',
      message: 'The secret key cannot be replaced here: TRUNK8_SECRET_KEY sets it',
    })
    expect((await admin.call(api.sessions.get, {})).user.username).toBe('admin')
  })

  test('changes nothing where the new one cannot be kept', async () => {
    const kept = new Map<string, string>()
    const vault = {
      read: async (name: string) => kept.get(name),
      write: async (name: string) => {
        if (name === 'secret-key') throw new Error('the disk is full')
      },
      remove: async () => {},
    }
    const server = await start({ secrets: { vault } })
    const admin = await server.as()
    await expect(replace(admin)).rejects.toMatchObject({ code: 'internal' })
    expect((await admin.call(api.sessions.get, {})).user.username).toBe('admin')
  })
})

describe('what is sealed', () => {
  const [old, present] = [keysOf('the old key'), keysOf('the present key')]

  test('is read by the key that sealed it, and by no other', () => {
    const sealed = createSealing(() => [old]).seal('otpauth secret ÄÖ')
    expect(createSealing(() => [old]).unseal(sealed)).toBe('otpauth secret ÄÖ')
    expect(createSealing(() => [present]).unseal(sealed)).toBeUndefined()
  })

  test('is read once more after one replacement, and known to be due for the new key', () => {
    const sealed = createSealing(() => [old]).seal('secret')
    const sealing = createSealing(() => [present, old])
    expect(sealing.unseal(sealed)).toBe('secret')
    expect(sealing.isCurrent(sealed)).toBe(false)
    const anew = sealing.seal('secret')
    expect(sealing.isCurrent(anew)).toBe(true)
    expect(createSealing(() => [present]).unseal(anew)).toBe('secret')
  })

  test('tells nothing of itself: the same text never looks the same', () => {
    const sealing = createSealing(() => [old])
    expect(sealing.seal('secret')).not.toBe(sealing.seal('secret'))
  })

  test.each([
    ['one bit is another', (text: string) => text.slice(0, -2) + (text.at(-2) === 'A' ? 'B' : 'A') + text.slice(-1)],
    ['its end is missing', (text: string) => text.slice(0, 20)],
    ['it is no such line at all', () => 'plain text'],
    ['it is empty', () => ''],
  ])('stays closed, without a fuss, where %s', (_, spoil) => {
    const sealing = createSealing(() => [old])
    expect(sealing.unseal(spoil(sealing.seal('secret')))).toBeUndefined()
  })
})
