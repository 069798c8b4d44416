import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { listMissingBinaries } from '../../scripts/native-packages.mjs'
import { arePackagesCurrent, ensurePackages, ensureSystem, isInRange } from '../../scripts/setup.mjs'

afterEach(() => {
  vi.unstubAllEnvs()
})

type Packages = Readonly<Record<string, { version?: string; optional?: boolean }>>

async function makeProject(wanted: Packages, installed: Packages | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trunk8-test-project-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages: wanted }))
  await mkdir(join(folder, 'node_modules'))
  const hidden = join(folder, 'node_modules', '.package-lock.json')
  if (installed) await writeFile(hidden, JSON.stringify({ packages: installed }))
  return folder
}

const koa = { version: '3.3.0' }

test.each<[string, Packages, Packages | undefined, boolean]>([
  ['all are there', { '': {}, 'node_modules/koa': koa }, { 'node_modules/koa': koa }, true],
  ['nothing was ever installed', { 'node_modules/koa': koa }, undefined, false],
  ['one is missing', { 'node_modules/koa': koa, 'node_modules/zod': koa }, { 'node_modules/koa': koa }, false],
  ['one is of another version', { 'node_modules/koa': koa }, { 'node_modules/koa': { version: '2.0.0' } }, false],
  ['one is for another system', { 'node_modules/mac': { ...koa, optional: true } }, {}, true],
])('packages are installed unless they are those of the lockfile: %s', async (_case, wanted, installed, isCurrent) => {
  expect(await arePackagesCurrent(await makeProject(wanted, installed))).toBe(isCurrent)
})

test.each([
  ['linux', 'x64', false, '@node-rs/bcrypt-linux-x64-gnu@2.0.0'],
  ['linux', 'x64', true, '@node-rs/bcrypt-linux-x64-musl@2.0.0'],
  ['linux', 'arm64', false, '@node-rs/bcrypt-linux-arm64-gnu@2.0.0'],
  ['linux', 'arm', false, '@node-rs/bcrypt-linux-arm-gnueabihf@2.0.0'],
  ['darwin', 'arm64', false, '@node-rs/bcrypt-darwin-arm64@2.0.0'],
  ['win32', 'x64', false, '@node-rs/bcrypt-win32-x64-msvc@2.0.0'],
] as const)(
  'a binary that the lockfile does not name is asked for by its own: %s %s',
  async (platform, arch, isMusl, binary) => {
    const folder = await makeNativePackages(binary)
    expect(await listMissingBinaries(folder, { platform, arch, isMusl })).toEqual([
      binary.replace('bcrypt', 'argon2'),
      binary,
    ])
    for (const name of ['argon2', 'bcrypt']) {
      const here = binary.replace('bcrypt', name).replace('@2.0.0', '')
      await mkdir(join(folder, 'node_modules', here))
    }
    expect(await listMissingBinaries(folder, { platform, arch, isMusl })).toEqual([])
  },
)

test('a kind of computer that has no binary is named', async () => {
  const folder = await makeNativePackages('@node-rs/bcrypt-linux-x64-gnu@2.0.0')
  const system = { platform: 'linux', arch: 'mips', isMusl: false }
  await expect(listMissingBinaries(folder, system)).rejects.toThrow('has no binary for linux-mips-gnu')
})

/** The two packages as they say which binaries there are. */
async function makeNativePackages(binary: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trunk8-test-native-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const name of ['argon2', 'bcrypt']) {
    const path = join(folder, 'node_modules', '@node-rs', name)
    await mkdir(path, { recursive: true })
    const key = binary.replace('bcrypt', name).replace('@2.0.0', '')
    await writeFile(join(path, 'package.json'), JSON.stringify({ optionalDependencies: { [key]: '2.0.0' } }))
  }
  return folder
}

test('a second set-up does nothing and says nothing', async () => {
  const lines: string[] = []
  await ensurePackages(line => lines.push(line))
  await ensureSystem(['electron', 'display', 'keyring', 'browser', 'tools', 'fonts'], line => lines.push(line))
  expect(lines).toEqual([])
})

test.skipIf(process.platform !== 'linux')('who may not install is told what is missing', async () => {
  vi.stubEnv('PATH', '')
  await expect(ensureSystem(['display', 'browser'], () => {})).rejects.toThrow(
    'This needs xvfb-run, xauth, chromium. Install it; on Debian: apt-get install xvfb xauth chromium',
  )
})

test.each([
  ['18.20.0', false],
  ['20.18.1', false],
  ['20.19.0', true],
  ['21.7.3', false],
  ['22.11.0', false],
  ['22.12.0', true],
  ['24.0.0', true],
])('Node %s is taken: %s', (version, isTaken) => {
  expect(isInRange(version, '^20.19.0 || >=22.12.0')).toBe(isTaken)
})
