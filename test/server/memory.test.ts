import { execFile } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Link } from '../../src-server/contract/index.ts'
import * as files from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const run = promisify(execFile)
const MB = 1024 * 1024

let server: TestServer
let admin: SignedIn
let folder: string

beforeAll(async () => {
  server = await startTestServer({ config: '[app]\nmax_file_size_mb = 200\n' })
  admin = await server.as()
  folder = await mkdtemp(join(tmpdir(), 't8-memory-'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

/** How much larger this process, and the server in it, got while `work` ran; the clients are processes of their own. */
async function growthOf(work: () => Promise<unknown>): Promise<number> {
  const start = process.memoryUsage.rss()
  let peak = start
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 5)
  await work().finally(() => clearInterval(timer))
  return (peak - start) / MB
}

test('files of 100 MB pass through in both directions without being held in memory', { timeout: 60_000 }, async () => {
  const source = join(folder, 'big.zip')
  const handle = await open(source, 'w')
  await handle.truncate(100 * MB)
  await handle.close()
  const codes: string[] = []
  const send = async () => {
    const { stdout } = await run('curl', [
      ...['-sS', '-H', `Cookie: ${admin.cookie}`, '-H', `X-Trunk8-CSRF: ${admin.csrfToken}`],
      ...['-F', `file=@${source}`, `${server.url}/api/v1/links`],
    ])
    codes.push((JSON.parse(stdout) as Link).code)
  }
  expect(await growthOf(() => Promise.all([send(), send()]))).toBeLessThan(128)

  const [code] = codes
  const fetchAll = () =>
    Promise.all(Array.from({ length: 8 }, () => run('curl', ['-sS', '-o', '/dev/null', `${server.url}/${code}`])))
  await fetchAll()
  expect(await growthOf(fetchAll)).toBeLessThan(128)
})

test('visitors who take nothing of what they asked for cost little, and others are served beside them', async () => {
  await files.upload(admin, 'wanted.zip', Buffer.alloc(20 * MB), { code: 'wanted' })
  const stalled = Array.from({ length: 100 }, () => {
    const connection = files.openSocket(server)
    connection.socket.pause()
    return connection
  })
  const host = new URL(server.url).host
  const growth = await growthOf(async () => {
    await Promise.all(stalled.map(({ send }) => send(`GET /wanted HTTP/1.1\r\nHost: ${host}\r\n\r\n`)))
    const reply = await server.fetch('/wanted')
    expect((await reply.arrayBuffer()).byteLength).toBe(20 * MB)
  })
  // Held whole it would be 2,000 MB.
  expect(growth).toBeLessThan(400)
  for (const connection of stalled) connection.close()
})
