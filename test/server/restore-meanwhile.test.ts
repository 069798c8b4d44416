import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { fetchBytes, sendBackup } from '../helpers/backups.ts'
import { upload, usersToml } from '../helpers/files.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer

beforeEach(async () => {
  server = await startTestServer({ files: { 'users/users.toml': usersToml({ alice: 'alice-pass', bob: 'bob-pass' }) } })
})
afterEach(() => server.stop())

test('a user who is deleted while their backup comes back leaves nothing behind, and the reason is told', async () => {
  const [admin, alice] = [await server.as(), await server.as('alice', 'alice-pass')]
  await upload(alice, 'long.zip', randomBytes(24 * 1024 * 1024), { code: 'long' })
  const { bytes } = await fetchBytes(server, alice, { method: 'POST', path: '/api/v1/backups', body: '{}' })
  await alice.call(api.links.remove, { code: 'long' })
  const restoring = sendBackup(admin, bytes, { user: 'alice' })
  const isUnderWay = async () => (await admin.call(api.jobs.list, {})).items.some(({ done }) => done > 0)
  await expect.poll(isUnderWay, { interval: 5, timeout: 10_000 }).toBe(true)
  await admin.call(api.users.remove, { name: 'alice' })
  const { status, json } = await restoring
  // It may have been done by then.
  if (status !== 200) {
    const detail = 'alice was deleted meanwhile, so nothing was restored'
    expect([status, json]).toMatchObject([409, { code: 'conflict', detail }])
  }
  expect((await readdir(join(server.dataDir, 'users'))).sort()).toEqual(['admin', 'bob', 'users.toml'])
})
