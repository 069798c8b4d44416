import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { sha256 } from '../helpers/files.ts'
import { copyFixture, readManifest } from '../helpers/fixtures.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const { links, passwords } = await readManifest()
const all = Object.entries(links)
const isPast = (date: string | undefined) => date !== undefined && new Date(date).getTime() < Date.now()
const expired = all.filter(([, { expiration_date }]) => isPast(expiration_date))
const live = all.filter(([, { expiration_date }]) => !isPast(expiration_date))
const redirects = live.filter(([code, { type }]) => type === 'redirect' && code !== 'js-url')
const files = live.filter(([, { type }]) => type === 'file')

let server: TestServer
let fixture: Awaited<ReturnType<typeof copyFixture>>

beforeAll(async () => {
  fixture = await copyFixture('upstream-instance')
  server = await startTestServer({ dataDir: fixture.folder, owner: true })
})
afterAll(async () => {
  await server.stop()
  await fixture.remove()
})

const visit = (code: string, init?: RequestInit) => server.fetch(`/${encodeURIComponent(code)}`, init)

describe('a folder that upstream wrote', () => {
  test('holds the links that these tests are about', () => {
    expect([redirects.length, files.length, expired.length]).toEqual([14, 13, 2])
  })

  test.each(redirects)('/%s leads where it led', async (code, { url = '' }) => {
    for (const method of ['GET', 'HEAD']) {
      const reply = await visit(code, { method })
      const location = reply.headers.get('location') ?? ''
      expect(reply.status).toBe(302)
      // A header holds ASCII alone; where the target has more, it is the same address all the same.
      expect(location).toMatch(/^[!-~]+$/)
      expect(new URL(location).href).toBe(new URL(url).href.replaceAll('\\', '%5C'))
      if (/^[\w:/.?=&#[\]-]+$/.test(url)) expect(location).toBe(url)
    }
  })

  test.each(files)('/%s gives its file, byte for byte', async (code, link) => {
    const reply = await visit(code)
    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-length')).toBe(String(link.size))
    expect(reply.headers.get('content-disposition')).toBe(`attachment; filename="${link.original_filename}"`)
    expect(reply.headers.get('accept-ranges')).toBe('bytes')
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
    expect(sha256(Buffer.from(await reply.arrayBuffer()))).toBe(link.sha256)

    const head = await visit(code, { method: 'HEAD' })
    expect(head.headers.get('etag')).toBe(reply.headers.get('etag'))
    if (!link.size) return
    const part = await visit(code, { headers: { Range: 'bytes=0-0' } })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 0-0/${link.size}`])
  })

  test.each(['js-url', ...expired.map(([code]) => code)])('/%s gives nothing', async code => {
    expect((await visit(code)).status).toBe(404)
  })

  test('shows every link to the admin with all that upstream knew of it', async () => {
    for (const [code, { owner, type, url, original_filename, size, expiration_date }] of live) {
      const link = await server.window.call(api.links.get, { code })
      expect(link).toMatchObject({ code, owner, type })
      expect([link.url, link.originalFilename]).toEqual([url, original_filename])
      if (type === 'file') expect(link.fileSize).toBe(size)
      expect(link.expiresAt).toBe(expiration_date && new Date(expiration_date).toISOString())
      expect(link.problem === undefined).toBe(code !== 'js-url')
    }
    const { total } = await server.window.call(api.links.list, {})
    expect(total).toBe(live.length)
  })

  test('shows each user their own, and lets them in with the password that upstream knew', async () => {
    for (const user of ['alice', 'bob']) {
      const client = await server.as(user, passwords[user])
      const { items } = await client.call(api.links.list, { sort: 'code', order: 'asc' })
      const own = live.filter(([, { owner }]) => owner === user).map(([code]) => code)
      expect(items.map(({ code }) => code).toSorted()).toEqual(own.toSorted())
    }
  })

  test('keeps what has expired in the trash, with its file', async () => {
    const back = await server.window.call(api.links.restore, { code: 'gone-file' })
    expect(back).toMatchObject({ owner: 'alice', originalFilename: 'expired_ticket.txt' })
    const reply = await visit('gone-file')
    expect(sha256(Buffer.from(await reply.arrayBuffer()))).toBe(links['gone-file']?.sha256)
  })
})
