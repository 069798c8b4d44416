import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWeb, type Web } from '../helpers/browser.ts'

const count = 100_000

let web: Web
beforeAll(async () => {
  web = await startWeb({ files: { 'users/admin/links.toml': manyLinks() } })
}, 120_000)
afterAll(() => web.stop())

const rows = (page: Page) => page.locator('tbody tr').count()

test('a hundred thousand links are gone through from end to end, and only those that are seen exist', async () => {
  const page = await web.openSignedIn('/#/links')
  await page.getByRole('row', { name: /link-000000/ }).waitFor()
  expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(count + 1))
  expect(await rows(page)).toBeLessThan(200)

  await page.getByRole('row', { name: /link-000000/ }).focus()
  await page.keyboard.press('End')
  await page.getByRole('row', { name: /link-099999/ }).waitFor()
  await expect.poll(() => focusedCode(page)).toBe('link-099999')
  expect(await rows(page)).toBeLessThan(200)

  await page.getByRole('grid').evaluate(grid => {
    const room = grid.parentElement
    if (room) room.scrollTop = room.scrollHeight / 2
  })
  await page
    .getByRole('row', { name: /link-0500\d\d/ })
    .first()
    .waitFor()
  expect(await rows(page)).toBeLessThan(200)
  await page.context().close()
})

test('one of a hundred thousand is found by its address, and sorted to the top', async () => {
  const page = await web.openSignedIn('/#/links')
  await page.getByRole('searchbox', { name: 'Search links' }).fill('example.com/77777')
  await expect
    .poll(() => page.locator('tbody tr').evaluateAll(all => all.map(row => row.dataset.code)))
    .toEqual(['link-077777'])
  await page.goto(`${web.server.url}/#/links?sort=code&order=desc`)
  await page.getByRole('row', { name: /link-099999/ }).waitFor()
  await page.context().close()
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})

const focusedCode = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-code'))

/** The newest is `link-000000`. */
function manyLinks(): string {
  const table = (_: unknown, index: number) => {
    const made = new Date(Date.UTC(2026, 0, 1) - index * 60_000).toISOString().slice(0, 19)
    const code = `link-${String(index).padStart(6, '0')}`
    return `[links."${code}"]\ntype = "redirect"\nurl = "https://example.com/${index}"\ncreated_at = "${made}"\n`
  }
  return Array.from({ length: count }, table).join('\n')
}
