import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { assetsOf, upload } from '../helpers/files.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const path = '1d0c4b9e-5a2f-4c3d-8e7f-000000000001.txt'
const id = '5f0c4b9e-5a2f-4c3d-8e7f-00000000000a'
const row = `type = "file"\npath = "${path}"\noriginal_filename = "plan.txt"\n`
const linksToml = `[links.plan]\n${row}`

const trashToml = (deletedAt: string) =>
  `[items.${id}]\ncode = "plan"\nowner = "admin"\ndeleted_at = "${deletedAt}"\nvisits = 7\n\n[items.${id}.row]\n${row}`

let server: TestServer
afterEach(() => server.stop())

/** A folder as a crash in the middle of a deletion, or the calendar, left it. */
async function startWith(files: Readonly<Record<string, string>>): Promise<void> {
  server = await startTestServer({ files })
}

const inTrash = () => readdir(join(server.dataDir, 'state', 'trash')).catch(() => [])
const isoNow = () => new Date().toISOString().slice(0, 19)

test('a deletion that was cut short before the link was gone has not happened', async () => {
  await startWith({
    'users/admin/links.toml': linksToml,
    [`users/admin/assets/${path}`]: 'the plan',
    'state/trash.toml': trashToml(isoNow()),
  })
  const admin = await server.as()
  expect(await (await server.fetch('/plan')).text()).toBe('the plan')
  await expect(admin.call(api.links.restore, { code: 'plan' })).rejects.toMatchObject({ code: 'not_found' })
})

test('a deletion that was cut short after the link was gone is finished, and can be undone', async () => {
  await startWith({
    'users/admin/links.toml': '[links]\n',
    [`users/admin/assets/${path}`]: 'the plan',
    'state/trash.toml': trashToml(isoNow()),
  })
  const admin = await server.as()
  expect((await server.fetch('/plan')).status).toBe(404)
  expect(await assetsOf(server)).toEqual([])
  expect(await inTrash()).toEqual([id])
  expect(await admin.call(api.links.restore, { code: 'plan' })).toMatchObject({
    visits: 7,
    originalFilename: 'plan.txt',
  })
  expect(await (await server.fetch('/plan')).text()).toBe('the plan')
})

test('a replacement that was cut short after the link led to its new file leaves no old one behind', async () => {
  const fresh = '1d0c4b9e-5a2f-4c3d-8e7f-000000000002.txt'
  await startWith({
    'users/admin/links.toml': linksToml.replace(path, fresh),
    [`users/admin/assets/${path}`]: 'the old plan',
    [`users/admin/assets/${fresh}`]: 'the new plan',
    'state/trash.toml': trashToml(isoNow()),
  })
  expect(await (await server.fetch('/plan')).text()).toBe('the new plan')
  expect(await assetsOf(server)).toEqual([fresh])
})

test('an undo that was cut short before the link was back leaves it in the trash', async () => {
  await startWith({ [`users/admin/assets/${path}`]: 'the plan', 'state/trash.toml': trashToml(isoNow()) })
  expect(await inTrash()).toEqual([id])
  expect(await assetsOf(server)).toEqual([])
})

test('what was deleted more than 30 days ago is gone for good, what is younger stays', async () => {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19)
  await startWith({ 'state/trash.toml': trashToml(daysAgo(31)), [`state/trash/${id}`]: 'the plan' })
  expect(await inTrash()).toEqual([])
  expect(await readFile(join(server.dataDir, 'state', 'trash.toml'), 'utf8')).not.toContain('plan')
  await server.stop()
  await startWith({ 'state/trash.toml': trashToml(daysAgo(29)), [`state/trash/${id}`]: 'the plan' })
  expect(await inTrash()).toEqual([id])
})

test('while a user’s links cannot be read, nothing of theirs is taken away', async () => {
  await startWith({
    'users/admin/links.toml': `${linksToml}[links.broken\n`,
    [`users/admin/assets/${path}`]: 'the plan',
    'state/trash.toml': trashToml(isoNow()),
  })
  expect(await assetsOf(server)).toEqual([path])
})

test('two links to one file, as hands may write them: deleting one leaves the other its file', async () => {
  await startWith({
    'users/admin/links.toml': `${linksToml}\n[links.copy]\n${row}`,
    [`users/admin/assets/${path}`]: 'the plan',
  })
  const admin = await server.as()
  await admin.call(api.links.remove, { code: 'copy' })
  expect(await (await server.fetch('/plan')).text()).toBe('the plan')
  await admin.call(api.links.restore, { code: 'copy' })
  expect(await (await server.fetch('/copy')).text()).toBe('the plan')
})

test('a trash that cannot be read is put aside, and keeps nobody from their links', async () => {
  await startWith({
    'users/admin/links.toml': linksToml,
    [`users/admin/assets/${path}`]: 'x',
    'state/trash.toml': '[items',
  })
  expect((await server.fetch('/plan')).status).toBe(200)
  const admin = await server.as()
  await upload(admin, 'fresh.txt', 'fresh', { code: 'fresh' })
  await admin.call(api.links.remove, { code: 'fresh' })
  expect(await admin.call(api.links.restore, { code: 'fresh' })).toMatchObject({ code: 'fresh' })
  expect(await readFile(join(server.dataDir, 'state', 'trash.toml.broken'), 'utf8')).toBe('[items')
})
