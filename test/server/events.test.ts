import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import Router from '@koa/router'
import Koa from 'koa'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { api, eventsPath } from '../../src-server/contract/index.ts'
import { createEventHub } from '../../src-server/events/hub.ts'
import { eventRoutes } from '../../src-server/events/routes.ts'
import { setWho } from '../../src-server/http/doors.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const hash = (name: string) =>
  `[users.${name}]\npassword_hash = "5025f28e456db739518a23036d572baaa620bb2fa76b35d648b72c6b648f12f6"\n`

let server: TestServer

beforeEach(async () => {
  const users = `[users.admin]\nis_admin = true\n${hash('ann')}${hash('bob')}`
  server = await startTestServer({ owner: true, files: { 'users/users.toml': users } })
})
afterEach(() => server.stop())

interface Stream {
  readonly reply: IncomingMessage
  /** Names and data of what came, in order. */
  readonly heard: () => [name: string, data: unknown][]
  readonly bytes: () => number
  readonly hasEnded: () => boolean
}

async function listen(
  { cookie, key }: { cookie?: string; key?: string },
  port = server.running.sharing.port,
): Promise<Stream> {
  const headers = { ...(cookie !== undefined && { Cookie: cookie }), ...(key !== undefined && { 'X-API-Key': key }) }
  const target = { host: '127.0.0.1', port, path: eventsPath, headers }
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    request(target, resolve).once('error', reject).end()
  })
  let [text, ended] = ['', false]
  reply.setEncoding('utf8').on('data', chunk => {
    text += chunk
  })
  for (const event of ['end', 'error', 'close']) {
    reply.on(event, () => {
      ended = true
    })
  }
  const heard = () =>
    [...text.matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)].map(([, name, data]): [string, unknown] => [
      name ?? '',
      JSON.parse(data ?? ''),
    ])
  return { reply, heard, bytes: () => text.length, hasEnded: () => ended }
}

const as = (name: string) => server.as(name, 'erin-legacy-pass')
const addLink = (who: SignedIn, code: string) =>
  who.call(api.links.create, { type: 'redirect', url: 'https://example.com', code })
const codes = (stream: Stream) =>
  stream.heard().flatMap(([name, data]) => (name === 'links' ? [(data as { code: string }).code] : []))

test('a stranger hears nothing', async () => {
  const reply = await server.send({ path: eventsPath })
  expect([reply.status, reply.json]).toMatchObject([401, { code: 'sign_in_required' }])
})

test('a stream is one that proxies pass on at once and no cache keeps', async () => {
  const { reply } = await listen(await as('ann'))
  expect(reply.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
    'cache-control': 'no-store',
  })
})

test('everybody hears of their own links, the admin of all', async () => {
  const [ann, bob, admin] = [await as('ann'), await as('bob'), await server.as()]
  const [toAnn, toBob, toAdmin] = [await listen(ann), await listen(bob), await listen(admin)]
  await addLink(ann, 'of-ann')
  await addLink(bob, 'of-bob')
  await vi.waitFor(() => {
    expect(codes(toAnn)).toEqual(['of-ann'])
    expect(codes(toBob)).toEqual(['of-bob'])
    expect(codes(toAdmin)).toEqual(['of-ann', 'of-bob'])
  })
  expect(toAnn.heard()[0]).toEqual(['links', { action: 'created', code: 'of-ann', owner: 'ann' }])
})

test('everybody who is signed in hears of the server', async () => {
  const stream = await listen(await as('ann'))
  const { port } = server.running.sharing
  await server.window.call(api.sharing.update, { port: port === 65_535 ? port - 1 : port + 1 })
  await vi.waitFor(() => expect(stream.heard().at(-1)).toMatchObject(['server', { state: expect.any(String) }]))
})

test('a stream ends when its session is signed out, and no other does', async () => {
  const [one, two] = [await as('ann'), await as('ann')]
  const [ofOne, ofTwo] = [await listen(one), await listen(two)]
  await one.call(api.sessions.signOut, {})
  await vi.waitFor(() => expect(ofOne.hasEnded()).toBe(true))
  await addLink(two, 'later')
  await vi.waitFor(() => expect(codes(ofTwo)).toEqual(['later']))
  expect(codes(ofOne)).toEqual([])
})

test('the stream of an admin’s key ends when its owner is no admin any more', async () => {
  const owner = server.window
  await owner.call(api.users.update, { name: 'ann', isAdmin: true })
  const ann = await as('ann')
  const { key } = await ann.call(api.apiKeys.create, { name: 'watcher', scopes: ['admin'], networks: [] })
  const stream = await listen({ key })
  await addLink(await as('bob'), 'before')
  await vi.waitFor(() => expect(codes(stream)).toEqual(['before']))
  await owner.call(api.users.update, { name: 'ann', isAdmin: false })
  await vi.waitFor(() => expect(stream.hasEnded()).toBe(true))
})

test('a client that does not read is cut off, and the others go on', { timeout: 30_000 }, async () => {
  const hub = createEventHub()
  const router = new Router()
  const always = { isAlive: () => true, stillOpens: () => true, onEnd: () => () => {} }
  const bans = { of: () => undefined, onBan: () => () => {} }
  eventRoutes(router, { events: hub, sessions: always, apiKeys: always, bans })
  const app = new Koa().use((ctx, next) => {
    setWho(ctx, { username: 'ann', displayName: 'Ann', isAdmin: false, door: 'lan', sessionId: 'x' })
    return next()
  })
  app.silent = true
  const listener = app.use(router.routes()).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const [slow, quick] = [await listen({ cookie: '' }, port), await listen({ cookie: '' }, port)]
  slow.reply.pause()
  const long = { action: 'updated', code: 'x'.repeat(2000), owner: 'ann' } as const
  const pump = setInterval(() => {
    for (let count = 0; count < 100; count += 1) hub.publish('links', long, 'ann')
  }, 1)
  // More than the two ends of a connection hold between them.
  await vi.waitFor(() => expect(quick.bytes()).toBeGreaterThan(20e6), { timeout: 20_000 })
  clearInterval(pump)
  hub.publish('links', { action: 'removed', code: 'last', owner: 'ann' }, 'ann')
  await vi.waitFor(() => expect(codes(quick).at(-1)).toBe('last'), { timeout: 10_000 })
  slow.reply.resume()
  await vi.waitFor(() => expect(slow.hasEnded()).toBe(true), { timeout: 10_000 })
  expect(codes(slow).at(-1)).not.toBe('last')
  hub.close()
  await new Promise(resolve => listener.close(resolve))
})
