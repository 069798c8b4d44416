import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import { get, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, type Job } from '../../src-server/contract/index.ts'
import { assetsOf, eventually } from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const MB = 1024 * 1024
const size = 300 * MB

let server: TestServer
let admin: SignedIn
let folder: string

beforeAll(async () => {
  server = await startTestServer({ owner: true, config: '[uploads]\nallow_all = true\n' })
  admin = await server.as()
  folder = await mkdtemp(join(tmpdir(), 't8-backup-memory-'))
  const path = join(folder, 'big.bin')
  const file = await open(path, 'w')
  await file.truncate(size)
  await file.close()
  await server.desktop.call(api.transfers.import, { path, code: 'big' })
  await eventually(async () => ((await server.fetch('/big', { method: 'HEAD' })).status === 200 ? true : undefined))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function growthOf(work: () => Promise<unknown>): Promise<number> {
  const start = process.memoryUsage.rss()
  let peak = start
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 5)
  await work().finally(() => clearInterval(timer))
  return (peak - start) / MB
}

async function store(): Promise<Job> {
  const { id } = await server.desktop.call(api.backups.store, {})
  return eventually(async () => {
    const job = (await server.desktop.call(api.jobs.list, {})).items.find(job => job.id === id)
    return job?.state === 'running' ? undefined : job
  }, 'the backup to end')
}

test('a backup and a restore of 300 MB take little memory', { timeout: 60_000 }, async () => {
  let job: Job | undefined
  const growth = await growthOf(async () => {
    job = await store()
  })
  expect([job?.state, job?.error]).toEqual(['done', undefined])
  expect(growth).toBeLessThan(150)
  const backup = job?.backup ?? ''
  expect((await stat(join(server.dataDir, 'backups', backup))).size).toBeGreaterThan(size)
  await admin.call(api.links.remove, { code: 'big' })
  expect(await growthOf(() => admin.call(api.backups.restore, { backup }))).toBeLessThan(150)
  expect((await server.fetch('/big', { method: 'HEAD' })).headers.get('content-length')).toBe(String(size))
})

const openFiles = async () => (await readdir('/proc/self/fd')).length
const isLinux = process.platform === 'linux'

test.skipIf(!isLinux)('visitors who leave in the middle of a backup leave no file open', async () => {
  const before = await openFiles()
  for (let round = 0; round < 5; round += 1) {
    await new Promise<void>((resolve, reject) => {
      const sent = request(
        `${server.url}/api/v1/backups`,
        { method: 'POST', headers: { Cookie: admin.cookie, 'X-Trunk8-CSRF': admin.csrfToken }, agent: false },
        reply => {
          reply.on('error', () => {})
          reply.once('data', () => {
            sent.destroy()
            resolve()
          })
        },
      )
      sent.once('error', reject)
      sent.end()
    })
  }
  await expect.poll(openFiles, { timeout: 10_000 }).toBeLessThanOrEqual(before)
  expect(await assetsOf(server)).toHaveLength(1)
  // The server goes on as before.
  await new Promise<void>(resolve =>
    get(`${server.url}/healthz`, { agent: false }, reply => resolve(void reply.resume())),
  )
})
