import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { toLocalTime } from '../../src-server/storage/local-time.ts'
import { assetsOf, eventually, listen, upload } from '../helpers/files.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../helpers/server.ts'

let server: TestServer
beforeEach(() => {
  vi.useRealTimers()
})
afterEach(async () => {
  vi.useRealTimers()
  await server.stop()
})

async function start(files: TestServerOptions['files'] = {}): Promise<void> {
  server = await startTestServer({ owner: true, files })
}

const soon = () => new Date(Date.now() + 1000).toISOString()
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const url = 'https://example.com'
const status = async (code: string) => (await server.fetch(`/${code}`)).status
const linksToml = () => readFile(join(server.dataDir, 'users', 'admin', 'links.toml'), 'utf8')
const isGone = async (code: string) => ((await linksToml()).includes(`[links.${code}]`) ? undefined : true)

/** The clock jumps, as when it is set or the computer wakes up: timers know nothing of it. */
function jump(hours: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 })
}

test('a link goes on time by itself, with its file, and is told of like a deletion', async () => {
  await start()
  const admin = await server.as()
  const { heard, stop } = await listen(server, admin)
  await upload(admin, 'ticket.txt', 'a ticket', { code: 'ticket', expiresAt: soon() })
  expect(await (await server.fetch('/ticket')).text()).toBe('a ticket')
  await eventually(() => isGone('ticket'), 'the link to go')
  expect(await status('ticket')).toBe(404)
  await eventually(async () => ((await assetsOf(server)).length === 0 ? true : undefined), 'its file to go')
  expect(await readdir(join(server.dataDir, 'state', 'trash'))).toHaveLength(1)
  await eventually(() => heard.find(({ data }) => 'action' in data && data.action === 'removed'), 'the event')
  expect((await admin.call(api.links.list, {})).total).toBe(0)
  stop()
})

test('its code is free again, and it can be brought back for 30 days: then it expires no more', async () => {
  await start()
  const admin = await server.as()
  await upload(admin, 'ticket.txt', 'a ticket', { code: 'ticket', expiresAt: soon(), title: 'Ticket' })
  await server.fetch('/ticket')
  await eventually(() => isGone('ticket'), 'the link to go')
  const back = await admin.call(api.links.restore, { code: 'ticket' })
  expect(back).toMatchObject({ title: 'Ticket', visits: 1 })
  expect(back.expiresAt).toBeUndefined()
  expect(await linksToml()).not.toContain('expiration_date')
  expect(await (await server.fetch('/ticket')).text()).toBe('a ticket')
  await admin.call(api.links.remove, { code: 'ticket' })
  await admin.call(api.links.create, { type: 'redirect', url, code: 'ticket' })
})

test('a link whose time comes while another one is being removed goes as well', async () => {
  const first = Date.now() + 1500
  const row = (code: string, end: number) =>
    `[links.${code}]\ntype = "redirect"\nexpiration_date = "${toLocalTime(new Date(end))}"\nurl = "${url}"\n`
  await start({ 'users/admin/links.toml': [row('brief', first), row('brief-too', first + 3)].join('\n') })
  await eventually(async () => ((await linksToml()).includes('brief') ? undefined : true), 'both to go')
})

test('one that is given more time stays, one that is given less goes earlier', async () => {
  await start()
  const admin = await server.as()
  const first = soon()
  await admin.call(api.links.create, { type: 'redirect', url, code: 'longer', expiresAt: first })
  await admin.call(api.links.create, { type: 'redirect', url, code: 'never', expiresAt: first })
  await admin.call(api.links.create, { type: 'redirect', url, code: 'shorter', expiresAt: inHours(1) })
  await admin.call(api.links.update, { code: 'longer', expiresAt: inHours(1) })
  await admin.call(api.links.update, { code: 'never', expiresAt: null })
  await admin.call(api.links.update, { code: 'shorter', expiresAt: soon() })
  await eventually(() => isGone('shorter'), 'the link to go')
  expect(Date.now()).toBeGreaterThan(Date.parse(first))
  expect([await status('longer'), await status('never')]).toEqual([302, 302])
})

test('after the clock has jumped, the first visitor already finds nothing, and the link goes', async () => {
  await start()
  await server.window.call(api.links.create, { type: 'redirect', url, code: 'jump', expiresAt: inHours(1) })
  await server.window.call(api.links.create, { type: 'redirect', url, code: 'stays', expiresAt: inHours(3) })
  expect(await status('jump')).toBe(302)
  jump(2)
  expect(await status('jump')).toBe(404)
  await eventually(() => isGone('jump'), 'the link to go')
  expect(await status('stays')).toBe(302)
})

test('after the clock has jumped it goes within a minute, though nobody comes', async () => {
  await start()
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  await server.window.call(api.links.create, { type: 'redirect', url, code: 'jump', expiresAt: inHours(24) })
  const later = Date.now() + 25 * 3_600_000
  vi.setSystemTime(later)
  vi.advanceTimersByTime(60_000)
  vi.useRealTimers()
  vi.useFakeTimers({ toFake: ['Date'], now: later })
  await eventually(() => isGone('jump'), 'the link to go')
})

test('at the start all goes that expired meanwhile, and nothing whose date cannot be read', async () => {
  const row = (code: string, date: string) =>
    `[links.${code}]\ntype = "redirect"\nurl = "${url}"\nexpiration_date = ${date}\n`
  await start({
    'users/admin/links.toml': [
      '[links.file]\ntype = "file"\npath = "a.txt"\nexpiration_date = "2020-01-01T00:00"\n',
      row('seconds', '"2001-01-01T00:00:01"'),
      row('offset', '"2001-01-01T00:00:01+02:00"'),
      row('native', '2001-01-01T00:00:01'),
      row('later', '"2089-01-01"'),
      row('whenever', '"next tuesday"'),
      row('empty', '""'),
    ].join('\n'),
    'users/admin/assets/a.txt': 'a',
  })
  const { items } = await server.window.call(api.links.list, { sort: 'code', order: 'asc' })
  expect(items.map(({ code }) => code)).toEqual(['empty', 'later', 'whenever'])
  expect(items.at(-1)?.problem).toBe('Its expiration_date cannot be read, so it never expires')
  expect(await assetsOf(server)).toEqual([])
  expect(await server.window.call(api.links.restore, { code: 'file' })).toMatchObject({ code: 'file' })
  expect(await (await server.fetch('/file')).text()).toBe('a')
  const { items: problems } = await server.window.call(api.problems.list, {})
  expect(problems).toMatchObject([{ kind: 'entry', entry: 'links.whenever', file: 'users/admin/links.toml' }])
})

test('a date in the past that is written by hand counts within a second', async () => {
  await start({ 'users/admin/links.toml': `[links.hand]\ntype = "redirect"\nurl = "${url}"\n` })
  const path = join(server.dataDir, 'users', 'admin', 'links.toml')
  await writeFile(path, `[links.hand]\ntype = "redirect"\nurl = "${url}"\nexpiration_date = "2020-01-01T00:00"\n`)
  await eventually(() => isGone('hand'), 'the link to go')
})
