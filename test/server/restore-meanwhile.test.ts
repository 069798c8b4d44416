import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
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

test('a file that is replaced while a backup of it comes back is never lost', async () => {
  const alice = await server.as('alice', 'alice-pass')
  const page = { code: 'page', content: '# As backed up' }
  await alice.call(api.links.create, { type: 'markdown', ...page })
  // They have to be made durable again, which leaves time for what the page's restore does not see.
  const others = Array.from({ length: 40 }, (_, index) => `other-${index}`)
  for (const code of others) await alice.call(api.links.create, { type: 'markdown', content: code, code })
  const { bytes } = await fetchBytes(server, alice, { method: 'POST', path: '/api/v1/backups', body: '{}' })

  for (let round = 0; round < 16; round++) {
    await alice.call(api.links.replaceContent, page)
    await alice.call(api.links.bulk, { codes: others, action: 'delete' })
    const restoring = sendBackup(alice, bytes, { user: 'alice' })
    // At another moment of the restore each time.
    await setTimeout(round * 8)
    const replacing = alice.call(api.links.replaceContent, { ...page, content: '# Anew' }).catch(() => {})
    const [{ status }] = await Promise.all([restoring, replacing])
    expect([200, 409]).toContain(status)
    const shown = await server.fetch('/page?raw=1')
    expect([shown.status, await shown.text()]).toEqual([200, expect.stringMatching(/^# (As backed up|Anew)$/)])
  }
})
