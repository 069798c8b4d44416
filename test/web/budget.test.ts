import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWeb, type Web } from '../helpers/browser.ts'
import { studioFiles } from './studio.ts'

const built = join(import.meta.dirname, '../../dist/renderer')
const staticFiles = readdirSync(join(built, 'static'))

let web: Web
beforeAll(async () => {
  web = await startWeb({ files: studioFiles() })
})
afterAll(() => web.stop())

test('the first load takes at most fourteen requests, none of them to elsewhere', async () => {
  const page = await web.openSignedIn('/')
  const requests: string[] = []
  page.on('request', request => requests.push(new URL(request.url()).pathname))
  await page.reload()
  await page.getByRole('article').first().waitFor()
  await page.getByRole('link', { name: 'Links 13 in all' }).waitFor()
  await page.evaluate(() => document.fonts.ready)
  expect(requests.length, requests.join('\n')).toBeLessThanOrEqual(14)
  expect(web.faults).toEqual([])
})

test('the scripts of the first load are at most 200 KiB compressed, all of them at most 300', () => {
  const page = readFileSync(join(built, 'index.html'), 'utf8')
  const scripts = staticFiles.filter(name => name.endsWith('.js'))
  const first = scripts.filter(name => page.includes(name))
  const sizeOf = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + gzipSync(readFileSync(join(built, 'static', name))).length, 0)
  expect(first.length).toBeGreaterThan(0)
  expect(sizeOf(first)).toBeLessThanOrEqual(200 * 1024)
  expect(sizeOf(scripts)).toBeLessThanOrEqual(300 * 1024)
})

test('no built file reaches for another host or hides an image in an address', () => {
  for (const name of staticFiles.filter(file => file.endsWith('.css'))) {
    expect(readFileSync(join(built, 'static', name), 'utf8'), name).not.toMatch(
      /url\(["']?(data:|https?:|\/\/)|@import/,
    )
  }
  const page = readFileSync(join(built, 'index.html'), 'utf8')
  expect(page).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=|https?:\/\//)
})
