import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
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
