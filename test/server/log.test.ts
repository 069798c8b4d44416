import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLog } from '../../src-server/log.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const files = { maxBytes: 10 * 1024 * 1024, keep: 4 }
const lines = async () => (await readFile(join(folder, 'app.log'), 'utf8')).split('\n').slice(0, -1)
const form = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (DEBUG|INFO|WARNING|ERROR): /

test('every event is one line in the form of the guide, whatever it holds', async () => {
  const log = createLog({ folder, level: 'DEBUG', console: false, files })
  log.debug('one')
  log.info('two\r\n2026-01-01 00:00:00,000 INFO: forged')
  log.warn('three \u001b[31mred\u0000 \u2028 %s %c %d \u0085')
  log.error('four', new Error('five', { cause: new Error('six') }))
  const all = await lines()
  expect(all.map(line => form.exec(line)?.[1])).toEqual(['DEBUG', 'INFO', 'WARNING', 'ERROR'])
  expect(all[1]).toMatch(/: two\\x0d\\x0a2026-01-01 00:00:00,000 INFO: forged$/)
  expect(all[2]).toMatch(/: three \\x1b\[31mred\\x00 \\u2028 %s %c %d \\x85$/)
  expect(all[3]).toMatch(/: four: Error: five\\x0a.+caused by Error: six\\x0a/)
})

test('an API key never gets into it, however it is written', async () => {
  const secret = 'B'.repeat(43)
  const log = createLog({ folder, level: 'DEBUG', console: false, files })
  log.warn(`GET /api/v1/links?key=t8_abcdefgh_${secret}&limit=1`)
  log.error('It failed', new Error(`/t8%5Fabcdefgh%5f${secret}`))
  expect((await lines()).join()).not.toContain('BBBB')
  expect((await lines())[0]).toMatch(/key=t8_abcdefgh_…&limit=1$/)
})

test('what is below the level is left out', async () => {
  const log = createLog({ folder, level: 'WARNING', console: false, files })
  log.info('no')
  log.warn('yes')
  log.error('yes')
  expect(await lines()).toHaveLength(2)
})

test('a file that is full makes way for a new one, and as many old ones are kept as are wanted', async () => {
  const full = 'x'.repeat(10 * 1024 * 1024 + 1)
  for (const name of ['app.log', 'app.1.log', 'app.2.log', 'app.3.log', 'app.4.log']) {
    await writeFile(join(folder, name), name === 'app.log' ? full : name)
  }
  createLog({ folder, level: 'INFO', console: false, files }).info('new')
  expect((await readdir(folder)).sort()).toEqual(['app.1.log', 'app.2.log', 'app.3.log', 'app.4.log', 'app.log'])
  expect(await lines()).toHaveLength(1)
  expect((await readFile(join(folder, 'app.1.log'), 'utf8')).length).toBe(full.length)
  expect(await readFile(join(folder, 'app.4.log'), 'utf8')).toBe('app.3.log')

  await writeFile(join(folder, 'app.log'), full)
  createLog({ folder, level: 'INFO', console: false, files: { ...files, keep: 2 } }).info('new')
  expect((await readdir(folder)).sort()).toEqual(['app.1.log', 'app.2.log', 'app.log'])
})
