import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundles, root } from '../../scripts/bundles.mjs'
import { api, contentPath, fromReply, type Link, SignedIn, toRequest } from '../../src-server/contract/index.ts'
import { multipart, sha256 } from '../helpers/files.ts'

/** What was acknowledged of a code: where it leads, the hash of its file, or that it is gone. */
type Promised = { url: string } | { hash: string } | 'removed'

// Beside the packages, which the bundle takes its native parts from.
const bundle = join(root, 'dist', `.crash-test-${process.pid}`)
const password = 'correct horse battery staple'

let scratch: string

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 't8-crash-'))
  const server = bundles.find(({ name }) => name === 'server')
  await build({ logLevel: 'warn', ...server?.config(bundle) })
}, 60_000)
afterAll(async () => {
  await rm(scratch, { recursive: true, force: true })
  await rm(bundle, { recursive: true, force: true })
})

/** The real command, as a process that can be killed. */
async function start(dataDir: string): Promise<{ url: string; child: ChildProcess }> {
  const args = ['--data-dir', dataDir, '--host', '127.0.0.1', '--port', String(await freePort())]
  const env = { ...process.env, TRUNK8_ADMIN_PASSWORD: password }
  const child = spawn(process.execPath, [join(bundle, 'headless.js'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const text of child.stdout.setEncoding('utf8')) {
    const url = /listening on (\S+)/.exec(text)?.[1]
    if (!url) continue
    child.stdout.resume()
    return { url, child }
  }
  throw new Error('The server ended before it listened')
}

async function signIn(url: string) {
  const { method, url: path, body } = toRequest(api.sessions.signIn, { password })
  const headers = { 'Content-Type': 'application/json' }
  const reply = await fetch(url + path, { method, headers, body })
  const { csrfToken } = SignedIn.parse(await reply.json())
  const cookie = reply.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const credentials = { Cookie: cookie, 'X-Trunk8-CSRF': csrfToken }
  return (path: string, init: RequestInit = {}) =>
    fetch(url + path, { redirect: 'manual', ...init, headers: { ...credentials, ...init.headers } })
}

type Send = Awaited<ReturnType<typeof signIn>>

/** Makes, uploads, replaces and deletes, until the server is gone. Notes only what it was told is done. */
async function work(send: Send, prefix: string, promised: Map<string, Promised>): Promise<void> {
  for (let index = 0; ; index += 1) {
    const code = `${prefix}-${index}`
    try {
      if (index % 3 === 0) await addRedirect(send, code, promised)
      else await addFile(send, code, promised)
      if (index % 3 === 2) await replaceFile(send, code, promised)
      if (index % 4 === 1) await change(send, 'DELETE', `/api/v1/links/${code}`, () => promised.set(code, 'removed'))
    } catch (error) {
      // The server was killed: what hangs in the air counts neither way.
      if (error instanceof TypeError) return
      throw error
    }
  }
}

async function addRedirect(send: Send, code: string, promised: Map<string, Promised>): Promise<void> {
  const url = `https://example.com/${code}`
  const body = JSON.stringify({ type: 'redirect', url, code })
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }
  if ((await send('/api/v1/links', init)).status === 201) promised.set(code, { url })
}

async function addFile(send: Send, code: string, promised: Map<string, Promised>): Promise<void> {
  const bytes = randomBytes(Math.ceil(Math.random() * 300_000))
  const { body, type } = multipart([
    { name: 'code', body: code },
    { name: 'file', filename: `${code}.zip`, body: bytes },
  ])
  const init = { method: 'POST', headers: { 'Content-Type': type }, body }
  if ((await send('/api/v1/links', init)).status === 201) promised.set(code, { hash: sha256(bytes) })
}

async function replaceFile(send: Send, code: string, promised: Map<string, Promised>): Promise<void> {
  const bytes = randomBytes(Math.ceil(Math.random() * 300_000))
  const { body, type } = multipart([{ name: 'file', filename: `${code}.zip`, body: bytes }])
  undecided.add(code)
  const reply = await send(contentPath(code), { method: 'PUT', headers: { 'Content-Type': type }, body })
  undecided.delete(code)
  if (reply.status === 200) promised.set(code, { hash: sha256(bytes) })
}

async function change(send: Send, method: string, path: string, done: () => void): Promise<void> {
  // Until the answer is here, either outcome is right.
  const code = path.split('/').at(-1) ?? ''
  undecided.add(code)
  const reply = await send(path, { method })
  undecided.delete(code)
  if (reply.status === 204) done()
}

const undecided = new Set<string>()

async function isKept(url: string, code: string, promise: Promised): Promise<boolean> {
  const reply = await fetch(`${url}/${code}`, { redirect: 'manual' })
  const body = Buffer.from(await reply.arrayBuffer())
  if (promise === 'removed') return reply.status === 404
  if ('url' in promise) return reply.headers.get('location') === promise.url
  return reply.status === 200 && sha256(body) === promise.hash
}

/** Every link that there is leads to a whole file or a target, whether anybody was told of it or not. */
async function findBroken(url: string, send: Send): Promise<string[]> {
  const broken: string[] = []
  for (let cursor = ''; ; ) {
    const reply = await send(`/api/v1/links?limit=500${cursor && `&cursor=${cursor}`}`)
    const page = fromReply(api.links.list, reply.status, await reply.json())
    for (const link of page.items) if (!(await isWhole(url, link))) broken.push(link.code)
    if (page.nextCursor === null) return broken
    cursor = page.nextCursor
  }
}

async function isWhole(url: string, { code, type, sha256: hash }: Link): Promise<boolean> {
  const reply = await fetch(`${url}/${code}`, { redirect: 'manual' })
  const body = Buffer.from(await reply.arrayBuffer())
  return type === 'redirect' ? reply.status === 302 : reply.status === 200 && sha256(body) === hash
}

test('a server that is killed ten times loses no link that it acknowledged, and has none without its file', {
  timeout: 180_000,
}, async () => {
  const dataDir = join(scratch, 'data')
  // Whoever looks at every link looks fast.
  await mkdir(join(dataDir, 'config'), { recursive: true })
  await writeFile(join(dataDir, 'config/config.toml'), '[rate_limit]\nenabled = false\n')
  const promised = new Map<string, Promised>()
  for (let round = 0; round < 10; round += 1) {
    const { url, child } = await start(dataDir)
    const send = await signIn(url)
    const before = promised.size
    const workers = ['a', 'b', 'c', 'd'].map(name => work(send, `${name}${round}`, promised))
    while (promised.size < before + 12) await sleep(5)
    await sleep(Math.random() * 60)
    child.kill('SIGKILL')
    await Promise.all([once(child, 'close'), ...workers])
  }
  const { url, child } = await start(dataDir)
  const lost: string[] = []
  for (const [code, promise] of promised) {
    if (!undecided.has(code) && !(await isKept(url, code, promise))) lost.push(code)
  }
  expect(lost).toEqual([])
  expect(promised.size).toBeGreaterThanOrEqual(120)
  expect(await findBroken(url, await signIn(url))).toEqual([])
  const left = await readdir(dataDir, { recursive: true })
  expect(left.filter(name => /\.part-|\.tmp$/.test(name))).toEqual([])
  child.kill('SIGTERM')
  await once(child, 'close')
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
