import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { describeAgent } from '../../src-server/sessions/agent.ts'
import { listen, sha256, soon, usersToml } from '../helpers/files.ts'
import { actingAs, type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer({ owner: true, files: { 'users/users.toml': usersToml({ ann: 'password of ann' }) } })
})
afterEach(() => server.stop())

const asAnn = () => server.as('ann', 'password of ann', { remember: true })
const own = async (who: SignedIn) => (await who.call(api.sessionList.own, {})).items
const isIn = async ({ cookie }: SignedIn) =>
  (await server.send({ path: '/api/v1/session', headers: { Cookie: cookie } })).status === 200
const users = () => join(server.dataDir, 'users', 'users.toml')

describe('where one is signed in', () => {
  test('says of each when, from where, by what and how, the one seen last first', async () => {
    const body = JSON.stringify({ username: 'ann', password: 'password of ann' })
    const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'
    const headers = { 'Content-Type': 'application/json', 'User-Agent': agent }
    await server.send({ method: 'POST', path: '/auth/login', from: '127.0.0.66', isSecure: true, headers, body })
    const ann = await asAnn()
    const [here, there] = await own(ann)
    expect(here).toMatchObject({ isCurrent: true, address: '127.0.0.1', method: 'password' })
    expect(there).toMatchObject({ isCurrent: false, address: '127.0.0.66', agent: 'Firefox on Windows' })
    for (const time of [there?.createdAt, there?.lastSeenAt]) {
      expect(Math.abs(Date.parse(time ?? '') - Date.now())).toBeLessThan(60_000)
    }
  })

  test('names no session by what opens it', async () => {
    const ann = await asAnn()
    const text = JSON.stringify(await own(ann))
    expect(text).not.toContain(ann.cookie.split('=')[1])
    const [{ id = '' } = {}] = await own(ann)
    const [name] = ann.cookie.split('=')
    expect((await server.send({ path: '/api/v1/session', headers: { Cookie: `${name}=${id}` } })).status).toBe(401)
  })

  test('is known after a restart', async () => {
    const ann = await asAnn()
    const before = await own(ann)
    await server.restart()
    expect((await own(ann)).map(({ id, address, agent }) => ({ id, address, agent }))).toEqual(
      before.map(({ id, address, agent }) => ({ id, address, agent })),
    )
  })
})

describe('signing out elsewhere', () => {
  test('ends the one session that is named, at once, with all that listens', async () => {
    const [here, there] = [await asAnn(), await asAnn()]
    const stream = await listen(server, there)
    const { id = '' } = (await own(here)).find(it => !it.isCurrent) ?? {}
    await here.call(api.sessionList.endOwn, { id })
    expect([await isIn(here), await isIn(there)]).toEqual([true, false])
    await vi.waitFor(() => expect(stream.hasEnded).toBe(true), soon)
    await expect(here.call(api.sessionList.endOwn, { id })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('everywhere else leaves this session alone', async () => {
    const [here, ...others] = [await asAnn(), await asAnn(), await asAnn()]
    await here.call(api.sessionList.endOthers, {})
    expect(await isIn(here)).toBe(true)
    for (const other of others) expect(await isIn(other)).toBe(false)
    expect(await own(here)).toHaveLength(1)
  })

  test('is in the audit trail', async () => {
    const [here] = [await asAnn(), await asAnn()]
    await here.call(api.sessionList.endOthers, {})
    const audit = await readFile(join(server.dataDir, 'logs/audit.jsonl'), 'utf8')
    expect(audit).toMatch(/"actor":"ann","action":"session_ended","target":"ann","count":1/)
  })

  test('does not reach into anybody else’s', async () => {
    const [ann, admin] = [await asAnn(), await server.as()]
    const [{ id = '' } = {}] = await own(admin)
    await expect(ann.call(api.sessionList.endOwn, { id })).rejects.toMatchObject({ code: 'not_found' })
    await ann.call(api.sessionList.endOthers, {})
    expect(await isIn(admin)).toBe(true)
  })
})

describe('an admin', () => {
  test('sees where somebody is signed in, and signs them out there or everywhere', async () => {
    const [one, two, three] = [await asAnn(), await asAnn(), await asAnn()]
    const admin = await server.as()
    const { items } = await admin.call(api.sessionList.ofUser, { name: 'ann' })
    expect(items.map(it => it.isCurrent)).toEqual([false, false, false])
    const [{ id = '' } = {}] = await own(two)
    await admin.call(api.sessionList.endOfUser, { name: 'ann', id })
    expect([await isIn(one), await isIn(two), await isIn(three)]).toEqual([true, false, true])
    await admin.call(api.sessionList.endAllOfUser, { name: 'ann' })
    expect([await isIn(one), await isIn(three), await isIn(admin)]).toEqual([false, false, true])
  })

  test('is told of a name that nobody has', async () => {
    const admin = await server.as()
    const unknown = { code: 'not_found' }
    await expect(admin.call(api.sessionList.ofUser, { name: 'nobody' })).rejects.toMatchObject(unknown)
    await expect(admin.call(api.sessionList.endAllOfUser, { name: 'nobody' })).rejects.toMatchObject(unknown)
  })

  test('who acts as somebody sees their sessions, not the admin’s own', async () => {
    const ann = await asAnn()
    const admin = await server.as()
    const { items } = await actingAs(admin, 'ann').call(api.sessionList.own, {})
    expect(items.map(({ id }) => id)).toEqual((await own(ann)).map(({ id }) => id))
  })
})

describe('a session ends', () => {
  test('when its browser signs in anew: the old id is worth nothing', async () => {
    const before = await asAnn()
    const body = JSON.stringify({ username: 'ann', password: 'password of ann' })
    const headers = { 'Content-Type': 'application/json', Cookie: before.cookie }
    const reply = await server.send({ method: 'POST', path: '/auth/login', headers, body })
    const Cookie = reply.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? ''
    expect((await server.send({ path: '/api/v1/session', headers: { Cookie } })).status).toBe(200)
    expect(await isIn(before)).toBe(false)
  })

  test('when the role changes', async () => {
    const ann = await asAnn()
    await server.desktop.call(api.users.update, { name: 'ann', isAdmin: true })
    expect(await isIn(ann)).toBe(false)
  })

  test('when the password became another while the server was off', async () => {
    const ann = await asAnn()
    const admin = await server.as('', server.adminPassword, { remember: true })
    await server.restart({}, async () => {
      const text = await readFile(users(), 'utf8')
      await writeFile(users(), text.replace(/(\[users\.ann\]\npassword_hash = ").*"/, `$1${sha256('other')}"`))
    })
    expect([await isIn(ann), await isIn(admin)]).toEqual([false, true])
  })

  test('when the environment gives the admin another password', async () => {
    const [ann, admin] = [await asAnn(), await server.as('', server.adminPassword, { remember: true })]
    const secretKey = 'a key of the tests, long enough to be one'
    await server.restart({ secrets: { adminPassword: 'another one from outside', secretKey } })
    expect([await isIn(ann), await isIn(admin)]).toEqual([true, false])
  })

  test('not when a weak hash of the same password is made strong', async () => {
    const [one, two] = [await asAnn(), await asAnn()]
    expect(await readFile(users(), 'utf8')).toMatch(/\[users\.ann\]\npassword_hash = "\$argon2id\$/)
    await server.restart()
    expect([await isIn(one), await isIn(two)]).toEqual([true, true])
  })
})

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15',
    'Safari on Mac',
  ],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 CriOS/140 Safari/604.1', 'Chrome on iPhone'],
  [
    'Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  ['curl/7.88.1', 'curl'],
  ['', 'An unknown program'],
  ['<script>alert(1)</script>', 'An unknown program'],
])('a browser is called what a person calls it: %s', (agent, words) => {
  expect(describeAgent(agent)).toBe(words)
})
