import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { upload } from '../helpers/files.ts'
import { type RawReply, type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const Accept = 'text/html,application/xhtml+xml,*/*;q=0.8'

let server: TestServer
let admin: SignedIn

beforeAll(async () => {
  server = await startTestServer()
  admin = await server.as()
})
afterAll(() => server.stop())

const look = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  server.send({ method, path, headers: { Accept, ...headers } })

const click = (path: string, body = '', headers: Record<string, string> = {}) =>
  server.send({
    method: 'POST',
    path,
    headers: { Accept, 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body,
  })

const cookieOf = ({ headers }: RawReply): string => headers['set-cookie']?.[0]?.split(';')[0] ?? ''
const visitsOf = async (code: string) => (await admin.call(api.links.get, { code })).visits

async function share(code: string, maxVisits: number, fields: Record<string, string> = {}): Promise<void> {
  const reply = await upload(admin, `${code}.txt`, 'twelve bytes', { code, maxVisits: String(maxVisits), ...fields })
  expect([reply.status, reply.json]).toMatchObject([201, { maxVisits, visits: 0 }])
}

test('what only looks, such as the preview of a chat, opens nothing and counts nothing', async () => {
  await share('quiet', 1)
  for (let n = 0; n < 20; n++) {
    for (const path of ['/quiet', '/quiet+', '/quiet?inline=1']) {
      const reply = await look(path)
      expect([reply.status, reply.headers['cache-control']]).toEqual([200, 'no-store'])
      expect(reply.text).not.toContain('twelve bytes')
      expect((await look(path, {}, 'HEAD')).status).toBe(200)
    }
    expect((await look('/quiet', { Accept: '*/*', Range: 'bytes=0-3' })).text).not.toContain('twelve')
    expect((await look('/quiet/qr.svg')).status).toBe(200)
  }
  expect(await visitsOf('quiet')).toBe(0)
  expect((await click('/quiet')).status).toBe(303)
})

test('the page says what it is, how many openings are left, and has one button', async () => {
  await share('counts', 3)
  const page = await look('/counts')
  expect(page.text).toContain('<h1>counts.txt</h1>')
  expect(page.text).toContain('<button class="button">Download</button>')
  expect(page.text).toContain('opens 3 more times')
  expect(page.headers['referrer-policy']).toBe('same-origin')
  await click('/counts')
  expect((await look('/counts')).text).toContain('opens 2 more times')
  await click('/counts')
  expect((await look('/counts')).text).toContain('opens once more')
  await admin.call(api.links.create, { type: 'redirect', code: 'leads', url: 'https://secret.example/', maxVisits: 1 })
  for (const path of ['/leads', '/leads+']) {
    const { text } = await look(path)
    expect(text).toContain('<button class="button">Open</button>')
    expect(text).not.toContain('secret')
  }
})

describe('a link that opens once', () => {
  test('goes to one of two who click at the same time', async () => {
    await share('race', 1)
    const replies = await Promise.all([click('/race'), click('/race'), click('/race')])
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 404, 404])
    expect(await visitsOf('race')).toBe(1)
  })

  test('goes to one of two who type its password at the same time', async () => {
    await share('locked-race', 1, { password: 'open sesame' })
    const body = 'password=open+sesame'
    expect((await look('/locked-race')).status).toBe(401)
    expect((await click('/locked-race', 'password=nope')).status).toBe(401)
    const replies = await Promise.all([click('/locked-race', body), click('/locked-race', body)])
    expect(replies.map(({ status }) => status).sort()).toEqual([303, 404])
    expect(await visitsOf('locked-race')).toBe(1)
  })

  test('is finished and resumed by who opened it when it is used up, and is nothing to anybody else', async () => {
    await share('once', 1)
    const opened = await click('/once')
    const Cookie = cookieOf(opened)
    expect((await look('/once', { Cookie })).text).toBe('twelve bytes')
    const rest = await look('/once', { Cookie, Range: 'bytes=7-' })
    expect([rest.status, rest.text]).toEqual([206, 'bytes'])
    expect((await click('/once', '', { Cookie })).status).toBe(303)
    expect(await visitsOf('once')).toBe(1)
    const unknown = await look('/nowhere')
    for (const reply of [await look('/once'), await click('/once')]) {
      expect(reply.status).toBe(404)
      expect(reply.text).toBe(unknown.text.replaceAll('nowhere', 'once'))
      expect(reply.headers['set-cookie']).toBeUndefined()
    }
    for (const path of ['/once+', '/once/qr.svg']) expect((await look(path)).status).toBe(404)
  })

  test('stays used up after a restart', async () => {
    await share('kept', 1)
    const Cookie = cookieOf(await click('/kept'))
    expect(await readFile(join(server.dataDir, 'state/visits.toml'), 'utf8')).toMatch(/kept = 1\n/)
    await server.restart()
    expect((await look('/kept')).status).toBe(404)
    expect((await look('/kept', { Cookie })).text).toBe('twelve bytes')
  })

  test('is no opening where its file is not there, or while it is paused', async () => {
    await share('paused', 1)
    await admin.call(api.links.update, { code: 'paused', enabled: false })
    expect((await click('/paused')).status).toBe(404)
    expect(await visitsOf('paused')).toBe(0)
  })
})

test('a program that sends the password opens it once with each download, and not by asking for its head', async () => {
  await share('tool', 2, { password: 'open sesame' })
  const headers = { Accept: '*/*', Authorization: `Basic ${Buffer.from('me:open sesame').toString('base64')}` }
  expect((await look('/tool', headers, 'HEAD')).status).toBe(200)
  expect(await visitsOf('tool')).toBe(0)
  for (const count of [1, 2]) {
    expect((await look('/tool', headers)).text).toBe('twelve bytes')
    expect(await visitsOf('tool')).toBe(count)
  }
  expect((await look('/tool', headers)).status).toBe(404)
})

test('whoever may change it looks at it without counting, also when it is used up', async () => {
  await share('mine', 1)
  const asOwner = () => admin.send({ path: '/mine', headers: { Accept } })
  expect((await asOwner()).text).toBe('twelve bytes')
  expect((await admin.send({ method: 'POST', path: '/mine', headers: { Accept } })).status).toBe(303)
  expect(await visitsOf('mine')).toBe(0)
  await click('/mine')
  expect((await look('/mine')).status).toBe(404)
  expect((await asOwner()).text).toBe('twelve bytes')
  expect(await visitsOf('mine')).toBe(1)
})

test('the limit can be set, raised and taken away, and stands in the row as a number after all of upstream’s', async () => {
  await admin.call(api.links.create, { type: 'redirect', code: 'open', url: 'https://example.com/' })
  expect((await admin.call(api.links.update, { code: 'open', maxVisits: 1 })).maxVisits).toBe(1)
  const text = await readFile(join(server.dataDir, 'users/admin/links.toml'), 'utf8')
  expect(text).toMatch(/\[links\.open\]\ntype = "redirect"\n(.+\n)+max_visits = 1(\n|$)/)
  expect((await look('/open')).status).toBe(200)
  await click('/open')
  expect((await look('/open')).status).toBe(404)
  await admin.call(api.links.update, { code: 'open', maxVisits: 2 })
  expect((await look('/open')).status).toBe(200)
  expect((await admin.call(api.links.update, { code: 'open', maxVisits: null })).maxVisits).toBeUndefined()
  expect((await look('/open')).status).toBe(302)
  expect(await visitsOf('open')).toBe(2)
})

test.each([0, -1, 1.5, 1_000_001, 'many'])('%s is no number of visits', async maxVisits => {
  const wanted = { type: 'redirect', code: 'never', url: 'https://example.com/', maxVisits } as const
  await expect(admin.call(api.links.create, wanted)).rejects.toMatchObject({ code: 'invalid_input' })
  expect((await upload(admin, 'a.txt', 'a', { code: 'never', maxVisits: String(maxVisits) })).status).toBe(422)
  expect((await look('/never')).status).toBe(404)
})
