import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const unitFile = resolve(import.meta.dirname, '../../resources/systemd/trunk8.service')
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0
/** CI brings it; elsewhere a system may have no systemd at all. */
const isSkipped = !hasSystemd && !process.env.CI
if (isSkipped)
  console.log('systemd-analyze is not here: the service is not checked. On Debian: apt-get install systemd')

test.skipIf(isSkipped)('systemd understands every line of the service', async () => {
  const { status, stdout, stderr } = analyze(['verify', '--man=no', '--recursive-errors=no', await putHere()])
  expect(`${stdout}${stderr}`).toBe('')
  expect(status).toBe(0)
})

test.skipIf(isSkipped)(
  'the service can do little beyond its work: systemd’s own measure of exposure is at most 1.5',
  async () => {
    const { status, stdout, stderr } = analyze(['security', '--offline=yes', '--threshold=15', await putHere()])
    expect(stdout + stderr).toMatch(/Overall exposure level/)
    expect(status, stdout.split('\n').at(-2)).toBe(0)
  },
)

test('what the service must have and what V8 cannot bear', async () => {
  const unit = await readFile(unitFile, 'utf8')
  for (const line of ['DynamicUser=yes', 'StateDirectory=trunk8', 'ProtectSystem=strict', 'NoNewPrivileges=yes']) {
    expect(unit.split('\n')).toContain(line)
  }
  expect(unit).not.toMatch(/^MemoryDenyWriteExecute=/m)
})

const analyze = (args: readonly string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' })

/** With the Node of this computer, since systemd looks whether the program is there. */
async function putHere(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trunk8-unit-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'trunk8.service')
  await writeFile(file, (await readFile(unitFile, 'utf8')).replace('/usr/bin/node', process.execPath))
  return file
}
