import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import * as files from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const Accept = 'text/html,application/xhtml+xml,*/*;q=0.8'

/** Links that nobody gets, each for a reason of its own. */
const closed = {
  expired: 'expiration_date = "2020-01-01T00:00"',
  paused: 'enabled = false',
  spent: 'max_visits = 0',
} as const

let server: TestServer
let admin: SignedIn

beforeAll(async () => {
  const rows = Object.entries(closed).map(
    ([code, line]) => `[links.${code}]\ntype = "redirect"\nurl = "https://secret.example/"\n${line}\n`,
  )
  const ann = '[users.ann]\nis_admin = false\ndisplay_name = "Ann <Lind>"\n'
  server = await startTestServer({
    config: '[server]\nname = "Studio"\n',
    files: {
      'users/users.toml': `[users.admin]\nis_admin = true\n\n${ann}`,
      'users/ann/links.toml': '[links.map]\ntype = "redirect"\nurl = "https://example.com/?a=1&b=<2>"\n',
      'users/admin/links.toml': `${rows.join('\n')}\n[links."gone"]\ntype = "file"\npath = "none.pdf"\n\n[links.odd]\ntype = "gopher"\npath = "there.txt"\n`,
      'users/admin/assets/there.txt': 'secret',
    },
  })
  admin = await server.as()
  const fields = { code: 'plan', title: 'Floor <plan>', expiresAt: '2089-12-24T18:00:00Z' }
  await files.upload(admin, 'Floor plan, 3rd floor.pdf', Buffer.alloc(4_200_000), fields)
})
afterAll(() => server.stop())

const page = async (path: string) => (await server.send({ path, headers: { Accept } })).text

describe('/CODE+', () => {
  test('tells of a file: name, kind, size, times and how to get it', async () => {
    const reply = await server.fetch('/plan+')
    expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(reply.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'self'; img-src 'self';/,
    )
    const text = await reply.text()
    expect(text).toContain('<h1>Floor &lt;plan&gt;</h1>')
    expect(text).toContain('PDF · 4.2 MB')
    expect(text).toContain('href="/plan">Download</a>')
    expect(text).toContain('href="/plan?inline=1">View in the browser</a>')
    expect(text).toMatch(/Here until <strong>24 December 2089, \d\d:\d\d/)
    expect(text).toMatch(/SHA-256 <code>[0-9a-f]{64}</)
    expect(text).toContain(`alt="QR code of ${server.url}/plan"`)
    expect(text).not.toMatch(/<script|style=/)
  })

  test('tells of a redirect: where it leads and whose it is', async () => {
    const text = await page('/map+')
    expect(text).toContain('Leads to <strong>https://example.com/?a=1&amp;b=&lt;2&gt;</strong>')
    expect(text).toContain('Link · from Ann &lt;Lind&gt;')
    expect(text).toContain('>Open</a>')
  })

  test('is no visit', async () => {
    await page('/map+')
    await server.fetch('/map/qr.svg')
    expect((await admin.call(api.links.get, { code: 'map' })).visits).toBe(0)
  })
})

test('/CODE/qr.svg is a picture of the link that people share', async () => {
  const reply = await server.fetch('/plan/qr.svg')
  expect(reply.status).toBe(200)
  expect(reply.headers.get('content-type')).toBe('image/svg+xml')
  expect(reply.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
  expect(await reply.text()).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="-4 -4 (\d+) \1"/)
})

describe('what is not there', () => {
  test('has one and the same page, whatever the reason, at every address', async () => {
    const unknown = await page('/unknown')
    for (const code of [...Object.keys(closed), 'gone', 'odd']) {
      for (const path of [`/${code}`, `/${code}+`, `/${code}/qr.svg`]) {
        const reply = await server.send({ path, headers: { Accept } })
        expect([path, reply.status]).toEqual([path, 404])
        expect(reply.text).not.toContain('secret')
      }
      expect(await page(`/${code}`)).toBe(unknown.replaceAll('unknown', code))
    }
  })

  test('has a form that asks for the code again', async () => {
    const text = await page('/red%20fix')
    expect(text).toContain('There’s no link called red fix')
    expect(text).toContain('<form class="again" action="/">')
    expect(text).toContain('value="red fix"')
    expect(await page('/%22%3E%3Cscript%3E')).toContain('value="&quot;&gt;&lt;script&gt;"')
  })
})

describe('a code that is typed', () => {
  test.each([
    ['plan', '/plan'],
    [' plan ', '/plan'],
    ['/plan', '/plan'],
    ['192.168.1.24:5001/plan', '/plan'],
    ['http://192.168.1.24:5001/plan?x=1#y', '/plan'],
    ['plan+', '/plan%2B'],
    ['café', '/caf%C3%A9'],
    ['cafe\u0301', '/caf%C3%A9'],
    ['dotted.code', '/dotted.code'],
    ['//evil.test/', '/evil.test'],
  ])('%s leads to %s', async (typed, location) => {
    const reply = await server.fetch(`/?code=${encodeURIComponent(typed)}`)
    expect([reply.status, reply.headers.get('location')]).toEqual([303, location])
  })

  test.each(['', '..', '.', 'a b', 'a\r\nSet-Cookie: x', '\\evil', 'x'.repeat(301)])(
    'what cannot be a code is not found: %j',
    async typed => {
      const reply = await server.fetch(`/?code=${encodeURIComponent(typed)}`)
      expect([reply.status, reply.headers.get('location')]).toEqual([404, null])
    },
  )
})
