import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { inspectDataDir } from '../../src-server/index.ts'

const fixtures = resolve(import.meta.dirname, '../fixtures')

test('upstream’s own folder is told with its people and links, and nothing in it changes', async () => {
  const folder = await copyOf('upstream-instance')
  const before = await readAll(folder)

  const found = await inspectDataDir(folder)

  const { links } = JSON.parse(await readFile(join(fixtures, 'upstream-manifest.json'), 'utf8'))
  expect(found).toEqual({ kind: 'trunk8', users: 3, links: Object.keys(links).length, problems: [] })
  expect(await readAll(folder)).toEqual(before)
})

test('the folder of the program itself counts, whatever else is in it', async () => {
  const folder = await copyOf('upstream-instance')
  await mkdir(join(folder, 'app'))
  await writeFile(join(folder, 'run.py'), 'print()')
  await writeFile(join(folder, 'Backup of March.zip'), 'PK')

  expect(await inspectDataDir(folder)).toMatchObject({ kind: 'trunk8', users: 3 })
})

test('a folder of the old forms is one too, and what is no link in it is not counted', async () => {
  expect(await inspectDataDir(join(fixtures, 'legacy-instance'))).toMatchObject({ kind: 'trunk8', users: 5 })
})

test('a file that does not parse is named with its place; all others count', async () => {
  const folder = await copyOf('upstream-instance')
  const whole = await inspectDataDir(folder)
  await writeFile(join(folder, 'users', 'alice', 'links.toml'), '[links.a]\ntype = "redirect\n')

  const found = await inspectDataDir(folder)

  expect(found).toMatchObject({ kind: 'trunk8', users: 3 })
  expect(found.problems).toEqual([expect.stringContaining('users/alice/links.toml, line 2')])
  expect(found.links).toBeLessThan(whole.links)
})

test('a name that leads elsewhere leads nowhere', async () => {
  const folder = await makeFolder()
  await mkdir(join(folder, 'users'))
  await mkdir(join(folder, 'secret'))
  await writeFile(join(folder, 'secret', 'links.toml'), '[links.a]\ntype = "redirect"\n')
  await writeFile(join(folder, 'users', 'users.toml'), '[users."../secret"]\nis_admin = false\n[users.__proto__]\n')

  expect(await inspectDataDir(folder)).toEqual({ kind: 'trunk8', users: 2, links: 0, problems: [] })
})

test.each([
  ['nothing', [], 'empty'],
  ['what file managers leave', ['.DS_Store', 'desktop.ini'], 'empty'],
  ['a letter', ['letter.txt'], 'other'],
  ['folders of the same names with nothing of Trunk8', ['users/photo.jpg', 'config/other.toml'], 'other'],
] as const)('a folder with %s in it is told apart', async (_case, files, kind) => {
  const folder = await makeFolder()
  for (const file of files) {
    await mkdir(join(folder, file, '..'), { recursive: true })
    await writeFile(join(folder, file), 'x')
  }
  expect(await inspectDataDir(folder)).toMatchObject({ kind, users: 0, links: 0 })
})

test('a folder that is not there is missing, and is not made', async () => {
  const folder = join(await makeFolder(), 'later')
  expect(await inspectDataDir(folder)).toEqual({ kind: 'missing', users: 0, links: 0, problems: [] })
  await expect(stat(folder)).rejects.toThrow('ENOENT')
})

test('a backup is told from a folder, packed or unpacked, and where to restore it', async () => {
  const folder = await makeFolder()
  const zip = join(folder, 'trunk8_backup_alice.zip')
  await cp(join(fixtures, 'trunk8_backup_alice.zip'), zip)
  const unpacked = join(folder, 'unpacked')
  await mkdir(unpacked)
  await writeFile(join(unpacked, 'backup_metadata.toml'), '[backup_info]\n')

  for (const path of [zip, folder, unpacked]) {
    const { kind, problems } = await inspectDataDir(path)
    expect(kind).toBe('other')
    expect(problems).toEqual([expect.stringMatching(/backup.*Restore it in Settings, Backups/)])
  }
})

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trunk8-test-inspect-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function copyOf(fixture: string): Promise<string> {
  const folder = await makeFolder()
  await cp(join(fixtures, fixture), folder, { recursive: true, preserveTimestamps: true })
  return folder
}

/** Every file with its content, and the folders. */
async function readAll(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const pairs = entries.map(async entry => {
    const path = join(entry.parentPath, entry.name)
    return [path, entry.isFile() ? await readFile(path, 'base64') : 'folder'] as const
  })
  return Object.fromEntries(await Promise.all(pairs))
}
