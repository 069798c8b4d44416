import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { afterEach, expect, test, vi } from 'vitest'
import { api, bootswatchThemes } from '../../src-server/contract/index.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
afterEach(() => server.stop())

async function start(themes?: string): Promise<void> {
  server = await startTestServer({ owner: true, files: themes === undefined ? {} : { 'config/themes.toml': themes } })
}

const path = () => join(server.dataDir, 'config/themes.toml')
const themes = async () => (await server.window.call(api.settings.get, {})).themes
const theme = async (key: string) => (await themes()).find(it => it.key === key)
const problems = async () => (await server.window.call(api.problems.list, {})).items

test('where it is missing, it is made with all 26 themes, each with a name and a description', async () => {
  await start()
  const file = parse(await readFile(path(), 'utf8')) as {
    themes: Record<string, { name: string; description: string }>
  }
  expect(Object.keys(file.themes)).toEqual([...bootswatchThemes])
  expect(bootswatchThemes).toHaveLength(26)
  const words = Object.values(file.themes).map(({ description }) => description)
  expect(new Set(words).size).toBe(26)
  expect(await theme('vapor')).toMatchObject({ name: 'Vapor', isDark: true, isShipped: true })
})

test('names and descriptions of the file count, also while it runs, and its order is kept', async () => {
  await start('[themes.yeti]\nname = "Snow"\ndescription = "Cold"\n')
  expect((await themes())[0]).toMatchObject({ key: 'yeti', name: 'Snow', description: 'Cold' })
  expect(await themes()).toHaveLength(26)
  await writeFile(path(), '[themes.lux]\nname = "Gold"\n')
  await vi.waitFor(async () => expect((await themes())[0]).toMatchObject({ key: 'lux', name: 'Gold' }), 5000)
  expect(await theme('yeti')).toMatchObject({ name: 'Yeti' })
})

test('a theme that is not shipped is listed as such', async () => {
  await start('[themes.ours]\nname = "Ours"\n\n[themes."__proto__"]\nname = "Odd"\n')
  expect(await theme('ours')).toEqual({ key: 'ours', name: 'Ours', description: '', isDark: false, isShipped: false })
  expect(await theme('__proto__')).toMatchObject({ name: 'Odd', isShipped: false })
})

test('an entry that makes no sense is passed over and told of', async () => {
  await start('[themes]\nlux = 5\n\n[themes.yeti]\nname = 7\n\n[themes.minty]\nname = "Fresh"\n')
  expect(await theme('lux')).toMatchObject({ name: 'Lux' })
  expect(await theme('minty')).toMatchObject({ name: 'Fresh' })
  const entries = (await problems()).map(({ file, entry }) => `${file} ${entry}`)
  expect(entries.sort()).toEqual(['config/themes.toml themes.lux', 'config/themes.toml themes.yeti'])
})

test('a file that does not parse stops nothing, is told with its place, and stays as it is until it is mended', async () => {
  const broken = '[themes.lux]\nname = "Gold\n'
  await start(broken)
  expect(await themes()).toHaveLength(26)
  expect(await problems()).toMatchObject([
    { kind: 'file', file: 'config/themes.toml', line: 2, column: expect.any(Number) },
  ])
  await server.restart()
  expect(await readFile(path(), 'utf8')).toBe(broken)
  await writeFile(path(), '[themes.lux]\nname = "Gold"\n')
  await vi.waitFor(async () => expect(await theme('lux')).toMatchObject({ name: 'Gold' }), 5000)
  await vi.waitFor(async () => expect(await problems()).toEqual([]), 5000)
})
