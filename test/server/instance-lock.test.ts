import { mkdtemp, rm, stat } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StartError } from '../../src-server/index.ts'
import { startTestServer } from '../helpers/server.ts'

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 't8-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const held = (holder: object) => ({
  'state/instance.json': JSON.stringify({ pid: process.pid, hostname: hostname(), startedAt: 'x', ...holder }),
  'state/instance.lock/.keep': '',
})

test('a second instance on the same folder is refused, and the first goes on', async () => {
  const first = await startTestServer({ dataDir })
  try {
    const refused = startTestServer({ dataDir })
    await expect(refused).rejects.toBeInstanceOf(StartError)
    await expect(refused).rejects.toMatchObject({
      reason: 'data_dir_in_use',
      message: expect.stringContaining(`(process ${process.pid})`),
    })
    expect((await first.send({ path: '/healthz' })).status).toBe(200)
  } finally {
    await first.stop()
  }
})

test('a folder that was let go of can be used again', async () => {
  await (await startTestServer({ dataDir })).stop()
  await expect(stat(join(dataDir, 'state/instance.lock'))).rejects.toThrow('ENOENT')
  await (await startTestServer({ dataDir })).stop()
})

test('a start that fails lets go of the folder', async () => {
  await expect(startTestServer({ dataDir, config: '[app\n' })).rejects.toMatchObject({ reason: 'file_broken' })
  await rm(join(dataDir, 'config/config.toml'))
  await expect(startTestServer({ dataDir, listen: { host: '203.0.113.9' } })).rejects.toBeInstanceOf(StartError)
  await (await startTestServer({ dataDir })).stop()
})

test('the lock of a dead process is taken over at once, even if its number is ours now', async () => {
  for (const holder of [{ pid: 2 ** 22 + 12_345 }, { pid: process.pid, startedAt: '2020-01-01T00:00:00.000Z' }]) {
    const began = Date.now()
    const server = await startTestServer({ dataDir, files: held(holder) })
    // A lock that nobody can tell the holder of stands for 10 s.
    expect(Date.now() - began).toBeLessThan(9000)
    await server.stop()
  }
})

test('the lock of a process that lives, or of another computer, is respected', async () => {
  for (const holder of [{ pid: process.ppid }, { hostname: 'another-computer' }]) {
    await expect(startTestServer({ dataDir, files: held(holder) })).rejects.toMatchObject({ reason: 'data_dir_in_use' })
  }
})

test('a state file that cannot be read keeps nobody out, and is kept aside', async () => {
  const server = await startTestServer({ dataDir, files: { 'state/sessions.toml': '[sessions\n' } })
  try {
    await server.as()
    await stat(join(dataDir, 'state/sessions.toml.broken'))
  } finally {
    await server.stop()
  }
})
