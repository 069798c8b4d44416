import { mkdir, mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTrash, TrashFile } from '../../src-server/links/trash.ts'
import { createAssets } from '../../src-server/storage/assets.ts'
import { createDataDir, type DataDir } from '../../src-server/storage/data-dir.ts'
import { TomlFile } from '../../src-server/storage/toml-file.ts'
import { filePartHead, openSocket, uploadHead } from '../helpers/files.ts'
import { startTestServer } from '../helpers/server.ts'

const ids = ['a', 'b', 'c'].map(end => `5f0c4b9e-5a2f-4c3d-8e7f-00000000000${end}`)

/** The first of `ids` was deleted last. */
const items = ids.map((id, index) => {
  const row = `[items.${id}.row]\ntype = "file"\npath = "${id}.txt"\n`
  return `[items.${id}]\ncode = "plan-${index}"\nowner = "admin"\ndeleted_at = "2026-11-0${4 - index}T00:00:00"\n\n${row}`
})

let folder: string
let dataDir: DataDir

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-'))
  dataDir = createDataDir(folder)
  await write('state/trash.toml', items.join('\n'))
  for (const id of ids) await write(`state/trash/${id}`, 'x'.repeat(100_000))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}
const inTrash = async () => (await readdir(dataDir.state('trash'))).sort()

test('what was deleted first gives its room to a new file that has none, and only as much as it needs', async () => {
  const reports: string[] = []
  const trash = createTrash({
    dataDir,
    file: await TomlFile.open(dataDir.state('trash.toml'), TrashFile),
    assets: createAssets(dataDir),
    report: message => reports.push(message),
    now: () => Date.parse('2026-11-05T00:00:00'),
  })
  expect([await trash.makeRoom(1_000_000), await inTrash(), reports]).toEqual([false, ids, []])
  expect([await trash.makeRoom(150_000), await inTrash()]).toEqual([true, ids.slice(0, 1)])
  expect(trash.list().map(({ code }) => code)).toEqual(['plan-0'])
  expect(reports).toEqual(['The disk is full: to make room, the trash lost /plan-2, /plan-1 for good'])
  await trash.close()
})

test('a file for which not even that is enough takes nothing out of the trash', async () => {
  await write('config/config.toml', '[app]\nmax_file_size_mb = 0\n')
  await write('state/trash.toml', items.join('\n').replaceAll('2026-11-', `${new Date().getFullYear() + 1}-01-`))
  const server = await startTestServer({ dataDir: folder })
  const { blocks, bsize } = await statfs(folder)
  const connection = openSocket(server)
  const head = uploadHead(server, await server.as(), { 'Content-Length': blocks * bsize * 2 })
  await connection.send(head + filePartHead('endless.txt') + 'x'.repeat(1000))
  await expect.poll(() => connection.received, { timeout: 10_000 }).toMatch(/^HTTP\/1\.1 507 /)
  connection.close()
  expect(await inTrash()).toEqual(ids)
  await server.stop()
})
