import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, reservedCodes, trustPaths } from '../../src-server/contract/index.ts'
import { words } from '../../src-server/tls/fingerprint.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let authority: X509Certificate

beforeAll(async () => {
  server = await startTestServer({ config: '[server]\nname = "Ana & Bo’s <office>"' })
  authority = new X509Certificate((await server.send({ path: trustPaths.certificate })).text)
})
afterAll(() => server.stop())

const page = async (userAgent = '') =>
  (await server.send({ path: trustPaths.page, headers: { 'User-Agent': userAgent } })).text

test('the words are 256 different ones, so that eight of them carry 64 bits', () => {
  expect([words.length, new Set(words).size]).toEqual([256, 256])
  for (const word of words) expect(word).toMatch(/^[a-z]{3,9}$/)
})

test('the page and the app show the same eight words, which are the first bytes of the fingerprint', async () => {
  const admin = await server.as()
  const state = await admin.call(api.tls.get, {})
  const bytes = authority.fingerprint256.split(':').slice(0, 8)
  const expected = bytes.map(byte => words[Number.parseInt(byte, 16)])
  expect(state.authority?.fingerprint).toEqual({ hex: authority.fingerprint256, words: expected })
  const shown = [...(await page()).matchAll(/<li>([a-z]+)<\/li>/g)].map(([, word]) => word)
  expect(shown).toEqual(expected)
  expect(await page()).toContain(authority.fingerprint256)
})

test('the page has no script and nothing from elsewhere, and its names are escaped', async () => {
  const { headers, text } = await server.send({ path: trustPaths.page })
  expect(headers['content-type']).toBe('text/html; charset=utf-8')
  expect(headers['content-security-policy']).toContain("default-src 'none'")
  expect(text).not.toMatch(/<script|style=|src="(?!\/)|href="(?!\/)/)
  expect(text).toContain('Ana &amp; Bo’s &lt;office&gt;')
})

test.each([
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1', 'iPhone and iPad'],
  ['Mozilla/5.0 (Linux; Android 15) Chrome/130 Mobile', 'Android'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130', 'Windows'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Safari/605', 'Mac'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0', 'Firefox'],
  ['Mozilla/5.0 (X11; Linux x86_64) Chrome/130', 'Linux'],
])('the steps for the device that asks come first and are open: %s', async (userAgent, name) => {
  const text = await page(userAgent)
  const first = /<details(?<open> open)?>\s*<summary>(?<name>[^<]+)/.exec(text)
  expect({ ...first?.groups }).toEqual({ open: ' open', name })
  expect(text.match(/<details/g)).toHaveLength(6)
  expect(text.match(/<details open/g)).toHaveLength(1)
})

test('the certificate is one of an authority, as a file that devices take in', async () => {
  const { status, headers } = await server.send({ path: trustPaths.certificate })
  expect([status, headers['content-type']]).toEqual([200, 'application/x-x509-ca-cert'])
  expect(headers['content-disposition']).toBe('attachment; filename="trunk8-ca.crt"')
  expect([authority.ca, authority.checkIssued(authority)]).toEqual([true, true])
})

test('the profile for phones holds the same certificate, and the same profile each time', async () => {
  const { headers, text } = await server.send({ path: trustPaths.profile })
  expect(headers['content-type']).toBe('application/x-apple-aspen-config')
  const [, data = ''] = /<data>([^<]+)<\/data>/.exec(text) ?? []
  expect(new X509Certificate(Buffer.from(data, 'base64')).fingerprint256).toBe(authority.fingerprint256)
  expect(text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>/)
  expect((await server.send({ path: trustPaths.profile })).text).toBe(text)
})

test('no key is ever handed out', async () => {
  for (const path of Object.values(trustPaths)) expect((await server.send({ path })).text).not.toContain('PRIVATE')
  const admin = await server.as()
  expect(JSON.stringify(await admin.call(api.tls.get, {}))).not.toContain('PRIVATE')
})

test('no link can take the page’s place', () => {
  expect(reservedCodes.has('trust')).toBe(true)
})

test('another authority has to be asked for in so many words, and leaves a line in the audit trail', async () => {
  const own = await startTestServer()
  try {
    const admin = await own.as()
    const before = await admin.call(api.tls.get, {})
    await expect(admin.call(api.tls.replaceAuthority, { confirm: false as true })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    const after = await admin.call(api.tls.replaceAuthority, { confirm: true })
    expect(after.authority?.fingerprint.hex).not.toBe(before.authority?.fingerprint.hex)
    expect(new X509Certificate((await own.send({ path: trustPaths.certificate })).text).fingerprint256).toBe(
      after.authority?.fingerprint.hex,
    )
    const renewed = await admin.call(api.tls.renew, {})
    expect(renewed.authority).toEqual(after.authority)
    expect(renewed.fingerprint.hex).not.toBe(after.fingerprint.hex)
    const trail = (await readFile(join(own.dataDir, 'logs', 'audit.jsonl'), 'utf8')).trim().split('\n')
    const changes = trail.map(line => JSON.parse(line)).filter(({ action }) => action === 'certificate_changed')
    expect(changes).toMatchObject([
      { actor: 'admin', action: 'certificate_changed', what: 'authority replaced', sha256: after.fingerprint.hex },
      { actor: 'admin', action: 'certificate_changed', what: 'renewed', sha256: renewed.fingerprint.hex },
    ])
  } finally {
    await own.stop()
  }
})

test('without encryption there is nothing to trust, and the page says so', async () => {
  const own = await startTestServer({ config: '[tls]\nmode = "off"' })
  try {
    expect((await own.send({ path: trustPaths.page })).text).toContain('does not encrypt')
    expect((await own.send({ path: trustPaths.certificate })).status).toBe(404)
    expect((await own.send({ path: trustPaths.profile })).status).toBe(404)
  } finally {
    await own.stop()
  }
})
