import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** They do their work when imported: what they are made of is asked for instead. */
const thatRun = ['deploy', 'dev', 'icons', 'package', 'serve', 'start', 'test']

test('a copy without packages can load all that sets it up', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'trunk8-test-bare-'))
  onTestFinished(() => rm(copy, { recursive: true, force: true }))
  await cp(join(root, 'scripts'), join(copy, 'scripts'), { recursive: true })
  await cp(join(root, 'package.json'), join(copy, 'package.json'))

  const sources = await Promise.all(
    ['start', 'test', 'serve', 'deploy'].map(name => readFile(join(root, `scripts/${name}.mjs`), 'utf8')),
  )
  const asked = sources.flatMap(text =>
    [...text.matchAll(/^import .* from '(.+)'$/gm)].map(([, target]) => target ?? ''),
  )
  expect(asked).toContain('./build.mjs')
  expect(asked.filter(target => !/^(node:|\.\/)/.test(target))).toEqual([])

  const present = await readdir(join(copy, 'scripts'))
  const loaded = asked.filter(target => target.startsWith('./') && !thatRun.includes(target.slice(2, -4)))
  expect(loaded.every(target => present.includes(target.slice(2)))).toBe(true)
  const code = [...new Set(loaded)].map(target => `await import('./scripts/${target.slice(2)}')`).join('\n')
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { cwd: copy })
})
