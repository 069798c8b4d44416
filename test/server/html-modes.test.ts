import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { api, type HtmlMode, htmlModes } from '../../src-server/contract/index.ts'
import * as files from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let admin: SignedIn

beforeAll(async () => {
  server = await startTestServer({ config: '[uploads]\nallow_all = true\n' })
  admin = await server.as()
})
afterAll(() => server.stop())

const allow = async (mode: HtmlMode) => {
  await admin.call(api.instance.update, { values: { 'html.mode': mode } })
}
const sandboxes: Readonly<Record<HtmlMode, string>> = {
  interactive: 'sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads',
  isolated: 'sandbox allow-scripts allow-modals allow-downloads',
  static: 'sandbox',
}
async function modeOf(code: string): Promise<string | undefined> {
  const policy = (await server.fetch(`/${code}`)).headers.get('content-security-policy') ?? ''
  const sandbox = policy
    .split(';')
    .map(it => it.trim())
    .find(it => it.startsWith('sandbox'))
  expect(policy).not.toMatch(/allow-same-origin|allow-top-navigation/)
  return htmlModes.find(mode => sandboxes[mode] === sandbox)
}
const linksFile = () => join(server.dataDir, 'users/admin/links.toml')
/** The link’s own table. */
const rowOf = async (code: string) =>
  new RegExp(`\\[links\\.${code}\\]\n[^[]*`).exec(await readFile(linksFile(), 'utf8'))?.[0] ?? ''
const page = { type: 'html', content: '<p>Hi' } as const

describe('a page does what its owner and the instance both allow', () => {
  beforeAll(async () => {
    for (const htmlMode of htmlModes) await admin.call(api.links.create, { ...page, code: `is-${htmlMode}`, htmlMode })
    await admin.call(api.links.create, { ...page, code: 'is-left-out' })
  })
  test.each<[most: HtmlMode, ...got: HtmlMode[]]>([
    ['interactive', 'interactive', 'isolated', 'static', 'interactive'],
    ['isolated', 'isolated', 'isolated', 'static', 'isolated'],
    ['static', 'static', 'static', 'static', 'static'],
  ])('%s is the most', async (most, ...got) => {
    await allow(most)
    const codes = [...htmlModes, 'left-out'].map(mode => `is-${mode}`)
    expect(await Promise.all(codes.map(modeOf))).toEqual(got)
    expect(await admin.call(api.uploads.limits, {})).toMatchObject({ htmlMode: most })
  })
})

describe('a link keeps its mode', () => {
  beforeEach(() => allow('interactive'))

  test('set, changed and taken away, as a key of links.toml that upstream leaves alone', async () => {
    expect(await admin.call(api.links.create, { ...page, code: 'kept', htmlMode: 'static' })).toMatchObject({
      htmlMode: 'static',
    })
    expect(await rowOf('kept')).toContain('html_mode = "static"')
    await admin.call(api.links.update, { code: 'kept', title: 'Else' })
    expect(await admin.call(api.links.update, { code: 'kept', htmlMode: 'isolated' })).toMatchObject({
      ...{ htmlMode: 'isolated', title: 'Else' },
    })
    await admin.call(api.links.replaceContent, { code: 'kept', content: '<p>New' })
    expect(await modeOf('kept')).toBe('isolated')
    expect(await admin.call(api.links.update, { code: 'kept', htmlMode: null })).not.toHaveProperty('htmlMode')
    expect(await modeOf('kept')).toBe('interactive')
    expect(await rowOf('kept')).not.toContain('html_mode')
  })

  test('given with a file as well', async () => {
    const reply = await files.upload(admin, 'x.html', '<p>Hi', { code: 'sent', type: 'html', htmlMode: 'static' })
    expect(reply.json).toMatchObject({ htmlMode: 'static' })
    expect(await modeOf('sent')).toBe('static')
  })

  test('what is no HTML page has none', async () => {
    const refused = { code: 'invalid_input', errors: [{ path: 'htmlMode' }] }
    const given = { type: 'markdown', content: '# Hi', htmlMode: 'static', code: 'none' } as const
    await expect(admin.call(api.links.create, given)).rejects.toMatchObject(refused)
    const reply = await files.upload(admin, 'x.txt', 'Hi', { code: 'none', htmlMode: 'static' })
    expect([reply.status, reply.json]).toMatchObject([422, refused])
    await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'hop' })
    await expect(admin.call(api.links.update, { code: 'hop', htmlMode: 'static' })).rejects.toMatchObject(refused)
    expect((await server.fetch('/none')).status).toBe(404)
    const body = JSON.stringify({ ...page, htmlMode: 'everything' })
    const headers = { 'Content-Type': 'application/json' }
    const wrong = await admin.send({ method: 'POST', path: api.links.create.path, body, headers })
    expect([wrong.status, wrong.json]).toMatchObject([422, { errors: [{ path: 'htmlMode' }] }])
    expect(await files.assetsOf(server)).toHaveLength((await admin.call(api.links.list, { limit: 500 })).total - 1)
  })

  test('what a hand wrote there that is none runs no script, and is named', async () => {
    await admin.call(api.links.create, { ...page, code: 'by-hand', htmlMode: 'isolated' })
    const row = await rowOf('by-hand')
    const text = await readFile(linksFile(), 'utf8')
    await writeFile(linksFile(), text.replace(row, row.replace('"isolated"', '"everything"')))
    await vi.waitFor(async () => expect(await modeOf('by-hand')).toBe('static'), files.soon)
    const { problem } = await admin.call(api.links.get, { code: 'by-hand' })
    expect(problem).toContain('html_mode')
  })

  test('a page that becomes a redirect forgets it', async () => {
    await admin.call(api.links.create, { ...page, code: 'turns', htmlMode: 'static' })
    const made = await admin.call(api.links.update, { code: 'turns', type: 'redirect', url: 'https://example.com' })
    expect(made).not.toHaveProperty('htmlMode')
  })
})

describe('files run nothing in our origin, whatever they are called', () => {
  const active = ['js', 'mjs', 'css', 'html', 'htm', 'xhtml', 'xml', 'svg', 'json', 'wasm', 'xsl', 'webmanifest']
  test.each(active)('.%s is sent as bytes to keep, and as its source to look at', async extension => {
    const code = `as-${extension}`
    const reply = await files.upload(admin, `x.${extension}`, 'alert(1)', { code })
    expect(reply.status).toBe(201)
    const { headers } = await server.fetch(`/${code}`)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(/^attachment/),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
    const inline = (await server.fetch(`/${code}?inline=1`)).headers
    expect(inline.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(['text/plain; charset=utf-8', 'application/octet-stream']).toContain(inline.get('content-type'))
  })

  test.each([
    ['png', 'image/png', /sandbox/],
    ['pdf', 'application/pdf', /^default-src 'none'; style-src 'unsafe-inline'; object-src 'self'$/],
    ['mp4', 'video/mp4', /^default-src 'none'; media-src 'self'/],
    ['txt', 'text/plain; charset=utf-8', /^default-src 'none'; sandbox$/],
  ])('.%s is shown as what its name says, under a policy of its own', async (extension, type, policy) => {
    const code = `shown-${extension}`
    await files.upload(admin, `x.${extension}`, '<script>alert(1)</script>', { code })
    const { headers } = await server.fetch(`/${code}?inline=1`)
    expect(headers.get('content-type')).toBe(type)
    expect(headers.get('content-security-policy')).toMatch(policy)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })
})
