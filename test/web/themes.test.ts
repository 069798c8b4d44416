import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import { studioFiles } from './studio.ts'

const themes = readdirSync(join(import.meta.dirname, '../../dist/renderer/static'))
  .map(name => /^theme-([a-z]+)-.{8}\.css$/.exec(name))
  .filter(match => match !== null)
  .map(([file, name = '']) => ({ name, file }))
const alwaysDark = ['cyborg', 'darkly', 'slate', 'solar', 'superhero', 'vapor']

let web: Web
let page: Page
beforeAll(async () => {
  web = await startWeb({ files: studioFiles() })
  page = await web.openSignedIn('/#/links/red-fox', { reducedMotion: 'reduce' })
  await page.getByRole('complementary').getByText('48 visits').waitFor()
})
afterAll(() => web.stop())

test('all 26 themes are built, and the page starts with cerulean', async () => {
  expect(themes.length).toBe(26)
  expect(await page.locator('link#theme').getAttribute('href')).toMatch(/^\/static\/theme-cerulean-/)
})

test('a theme that is chosen elsewhere is worn at once, without a reload, and never stands bare in between', async () => {
  const admin = await web.server.as()
  const other = await web.openSignedIn('/', { reducedMotion: 'reduce', colorScheme: 'light' })
  const bare = await other.evaluateHandle(watchForBareMoments)
  await admin.call(api.settings.update, { theme: 'darkly' })
  await expect.poll(() => worn(other)).toEqual({ theme: 'darkly', mode: 'dark', sheets: 1 })
  await admin.call(api.settings.update, { theme: 'minty' })
  await expect.poll(() => worn(other)).toEqual({ theme: 'minty', mode: 'light', sheets: 1 })
  expect(await bare.evaluate(({ moments }) => moments)).toEqual([])
  await other.context().close()
})

test('the next load paints in the theme of the last one from the start', async () => {
  const admin = await web.server.as()
  await admin.call(api.settings.update, { theme: 'darkly' })
  const other = await web.openSignedIn('/', { reducedMotion: 'reduce', colorScheme: 'light' })
  await expect.poll(() => worn(other)).toEqual({ theme: 'darkly', mode: 'dark', sheets: 1 })
  await other.route(/\/theme-darkly-/, async route => {
    await new Promise(resolve => setTimeout(resolve, 400))
    await route.continue()
  })
  await other.route(/\/api\//, () => {})
  await other.reload({ waitUntil: 'commit' })
  await expect.poll(() => other.evaluate(firstPaint)).toBeGreaterThan(0)
  expect(await other.evaluate(firstPaint)).toBeGreaterThanOrEqual(await other.evaluate(themeArrived))
  expect(await worn(other)).toEqual({ theme: 'darkly', mode: 'dark', sheets: 1 })
  await other.context().close()
})

test('the sign-in page wears the theme of the instance and tells its name', async () => {
  const admin = await web.server.as()
  await admin.call(api.settings.update, { theme: 'superhero' })
  const other = await web.open('/', { colorScheme: 'light' })
  await expect.poll(() => worn(other)).toEqual({ theme: 'superhero', mode: 'dark', sheets: 1 })
  const { name } = await web.server.anyone.call(api.settings.welcome, {})
  await other.getByText(name, { exact: true }).waitFor()
  await admin.call(api.settings.update, { theme: null })
  await other.context().close()
})

test('the page is light or dark as the system is, and changes with it', async () => {
  const scheme = () => page.evaluate(() => document.documentElement.dataset.bsTheme)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(scheme).toBe('dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(scheme).toBe('light')
})

const looks = themes.flatMap(({ name, file }) =>
  (['light', 'dark'] as const)
    .filter(scheme => scheme === 'dark' || !alwaysDark.includes(name))
    .map(scheme => ({ name, file, scheme })),
)

test.each(looks)('$name in $scheme keeps contrast, fonts and sizes', async ({ file, scheme }) => {
  await wear(file, scheme)
  expect(await page.evaluate(findPoorContrast)).toEqual([])
  expect(await page.evaluate(measure)).toEqual({
    font: '"Inter Variable"',
    bodySize: '14px',
    primaryButton: 32,
    search: 32,
    row: 44,
    panel: 336,
    cell: 'rgba(0, 0, 0, 0)',
  })
})

/** Which theme a page wears, light or dark, and how many themes lie on it. */
const worn = (of: Page) =>
  of.evaluate(() => ({
    theme: /theme-([a-z]+)-/.exec(document.querySelector<HTMLLinkElement>('link#theme')?.href ?? '')?.[1],
    mode: document.documentElement.dataset.bsTheme,
    sheets: document.querySelectorAll('link[href*="/theme-"]').length,
  }))

/** Runs in the page. Notes every frame in which no theme is there, or a dark one is drawn as if it were light. */
function watchForBareMoments(): { moments: string[] } {
  const seen: { moments: string[] } = { moments: [] }
  const look = () => {
    const style = getComputedStyle(document.documentElement)
    const background = style.getPropertyValue('--bs-body-bg')
    const { bsTheme } = document.documentElement.dataset
    const isDarkly = style.getPropertyValue('--bs-primary').trim() === '#375a7f'
    if (background === '' || (isDarkly && bsTheme !== 'dark')) seen.moments.push(`${background} ${bsTheme}`)
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
  return seen
}

const firstPaint = () => performance.getEntriesByName('first-paint')[0]?.startTime ?? 0
const themeArrived = () =>
  (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).find(({ name }) =>
    name.includes('/theme-darkly-'),
  )?.responseEnd ?? Number.POSITIVE_INFINITY

async function wear(file: string, scheme: string): Promise<void> {
  await page.evaluate(
    ([href, mode]) => {
      document.documentElement.dataset.bsTheme = mode
      const link = document.querySelector<HTMLLinkElement>('link#theme')
      if (!link || link.href.endsWith(href)) return
      return new Promise(loaded => {
        link.onload = loaded
        link.href = href
      })
    },
    [`/static/${file}`, scheme] as const,
  )
}

/** Runs in the page. Text on the surfaces it stands on: 4.5 to 1; marks: 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11). */
function findPoorContrast(): string[] {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  const probe = document.body.appendChild(document.createElement('span'))
  const fill = (role: string): void => {
    if (!canvas) return
    probe.style.color = role.startsWith('--') ? `var(${role})` : role
    canvas.fillStyle = getComputedStyle(probe).color
    canvas.fillRect(0, 0, 1, 1)
  }
  const luminance = (...layers: readonly string[]): number => {
    for (const role of layers) fill(role)
    const [r = 0, g = 0, b = 0] = [...(canvas?.getImageData(0, 0, 1, 1).data ?? [])].map(value => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (text: string, ground: string): number => {
    const [dark = 0, light = 0] = [luminance(ground, text), luminance(ground)].sort((x, y) => x - y)
    return (light + 0.05) / (dark + 0.05)
  }
  const grounds = ['--t8-canvas', '--t8-surface', '--t8-main']
  const texts = ['--t8-text-strong', '--t8-text', '--t8-muted', '--t8-accent-text', '--t8-ok', '--t8-warn', '--t8-bad']
  const marks = ['--t8-ok-mark', '--t8-warn-mark', '--t8-bad-mark']
  const pairs = [
    ...grounds.flatMap(ground => texts.map(text => ({ text, ground, least: 4.5 }))),
    ...grounds.flatMap(ground => marks.map(text => ({ text, ground, least: 3 }))),
    { text: '#fff', ground: '--t8-accent', least: 4.5 },
    { text: '#fff', ground: '--t8-danger', least: 4.5 },
    // The edges of fields and buttons are faint, and there.
    ...grounds.map(ground => ({ text: '--t8-line-strong', ground, least: 1.3 })),
  ]
  const poor = pairs
    .map(pair => ({ ...pair, is: contrast(pair.text, pair.ground) }))
    .filter(({ is, least }) => is < least)
    .map(({ text, ground, is }) => `${text} on ${ground}: ${is.toFixed(2)}`)
  probe.remove()
  return poor
}

/** Runs in the page. */
function measure() {
  const height = (selector: string) => document.querySelector(selector)?.getBoundingClientRect().height
  const body = getComputedStyle(document.body)
  return {
    font: body.fontFamily.split(',')[0],
    bodySize: body.fontSize,
    primaryButton: height('.btn-primary'),
    search: height('input[type="search"]'),
    row: height('tbody tr'),
    panel: document.querySelector('aside')?.getBoundingClientRect().width,
    cell: getComputedStyle(document.querySelector('tbody td') ?? document.body).backgroundColor,
  }
}
