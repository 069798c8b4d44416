import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, bootswatchThemes, darkThemes } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import * as files from '../helpers/files.ts'
import type { SignedIn } from '../helpers/server.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const guide = `# Guest Wi-Fi and *printing*

Welcome! Guests have their own network. It reaches the printer and every [link on this page](/drivers).

## Get online

\`\`\`
Network   Lindqvist Guest
Password  open-window-40
\`\`\`

## Print something

1. Join the guest network.
2. Install the [printer drivers](/drivers).
3. Choose **Brother 2nd floor**.[^1]

- [x] Paper in tray 2
- [ ] Toner ordered

> Not on Fridays: \`Ctrl+P\` does nothing then, and <kbd>Esc</kbd> helps. ~~Or not.~~ <mark>Marked.</mark>

## Opening hours

| Day | Doors | Who has the key, and who may borrow it over the weekend | Telephone |
| --- | ---: | --- | --- |
| Monday to Thursday | 08:00–18:00 | Maria | 0123456789012345678901234567890 |

### The code behind it

\`\`\`ts
/** Says hello. */
export async function greet(name: string): Promise<number> {
  const words = [\`Hello \${name}\`, /you/, 42, true] // a comment so long that no phone has room for all of it in a line
  return words.length
}
\`\`\`

\`\`\`diff
- old line
+ new line
\`\`\`

## Pictures

![The lobby](/lobby) ![A cat](https://evil.test/cat.png) https://example.com/a/very/long/path/that/goes/on/and/on/and/on/without/a/break

[^1]: The one beside the kitchen.
`
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let web: Web
let admin: SignedIn
/** Somebody else's server, that a redirect leads to. */
let elsewhere: Server
let elsewhereUrl: string

beforeAll(async () => {
  web = await startWeb({ config: '[server]\nname = "Studio Lindqvist"\n' })
  admin = await web.server.as()
  elsewhere = createServer((_, reply) => reply.end('elsewhere'))
  await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.2', resolve))
  elsewhereUrl = `http://127.0.0.2:${(elsewhere.address() as AddressInfo).port}/`
  await files.upload(admin, 'guide.md', guide, { code: 'guide', type: 'markdown' })
  await files.upload(admin, 'Printer drivers.zip', Buffer.alloc(1000, 'x'), { code: 'drivers' })
  await files.upload(admin, 'lobby.png', pixel, { code: 'lobby' })
  await admin.call(api.links.create, { type: 'redirect', url: elsewhereUrl, code: 'away' })
})
afterAll(async () => {
  await web.stop()
  elsewhere.close()
})

const wear = (theme: (typeof bootswatchThemes)[number]) => admin.call(api.settings.update, { markdownTheme: theme })

async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { axe: loaded } = window as unknown as { axe: typeof import('axe-core') }
    const { violations } = await loaded.run(document, { resultTypes: ['violations'] })
    return violations.flatMap(({ id, help, nodes }) => nodes.map(node => `${id}: ${help}: ${node.html.slice(0, 160)}`))
  })
}

const isSideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)

const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 800 }

describe.each(['cerulean', 'darkly', 'vapor'] as const)('a page in %s', theme => {
  beforeAll(() => wear(theme))

  test.each([
    ['a phone', phone],
    ['a desk', desk],
  ])('on %s: axe finds nothing, and nothing scrolls sideways', async (_, viewport) => {
    const page = await web.open('/guide', { viewport, bypassCSP: true })
    expect(await findings(page)).toEqual([])
    expect(await isSideways(page)).toBe(false)
    await page.context().close()
  })
})

test('every theme is light or dark as it is by nature, and its text is easy to read', async () => {
  const page = await web.open('/guide', { viewport: desk, bypassCSP: true })
  const looks = new Set<string>()
  for (const theme of bootswatchThemes) {
    await wear(theme)
    await page.reload()
    expect(await page.locator('html').getAttribute('data-bs-theme')).toBe(darkThemes.has(theme) ? 'dark' : 'light')
    const found = await findings(page)
    expect([theme, found]).toEqual([theme, []])
    looks.add(
      await page.evaluate(
        () => `${getComputedStyle(document.body).color} ${document.body.computedStyleMap().get('background-color')}`,
      ),
    )
  }
  expect(looks.size).toBeGreaterThan(10)
  await wear('cerulean')
  await page.context().close()
})

describe('a page', () => {
  test('loads its own styles alone, in less than 100 KB', async () => {
    const page = await web.open('/no-such-link')
    const paths: string[] = []
    page.on('response', response => paths.push(new URL(response.url()).pathname))
    await page.goto(`${web.server.url}/guide`, { waitUntil: 'networkidle' })
    const theme = expect.stringMatching(/^\/static\/page-theme-cerulean-/)
    expect(paths.toSorted()).toEqual(['/guide', '/lobby', '/static/markdown.css', theme])
    const bodies = await Promise.all(paths.map(async path => (await web.server.fetch(path)).arrayBuffer()))
    expect(bodies.reduce((sum, body) => sum + body.byteLength, 0)).toBeLessThan(100 * 1024)
    expect(web.faults).toEqual([])
    await page.context().close()
  })

  test('shows pictures of this server, and leads to its parts', async () => {
    const page = await web.open('/guide')
    expect(await page.getByAltText('The lobby').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1)
    await page.getByRole('navigation', { name: 'Contents' }).getByRole('link', { name: 'Pictures' }).click()
    expect(new URL(page.url()).hash).toBe('#user-content-pictures')
    await expect
      .poll(() =>
        page
          .getByRole('heading', { name: 'Pictures' })
          .boundingBox()
          .then(box => box?.y),
      )
      .toBeLessThan(800)
    await page.context().close()
  })

  test('hands out files that it links to', async () => {
    const page = await web.open('/guide')
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'printer drivers' }).click()
    expect((await download).suggestedFilename()).toBe('Printer drivers.zip')
    await page.context().close()
  })

  test('leads to what there is to know about its link', async () => {
    const page = await web.open('/guide')
    await page.getByRole('link', { name: 'About this link' }).click()
    await page.getByText('Scan to open it on another device').waitFor()
    expect(new URL(page.url()).pathname).toBe('/guide+')
    await page.getByRole('link', { name: 'Open' }).click()
    await page.getByRole('heading', { name: 'Guest Wi-Fi' }).waitFor()
    await page.context().close()
  })
})

describe('pages around links', () => {
  const looks = (['light', 'dark'] as const).flatMap(colorScheme => [
    { colorScheme, viewport: phone, on: 'a phone' },
    { colorScheme, viewport: desk, on: 'a desk' },
  ])
  test.each(looks)(
    'axe finds nothing on $on in $colorScheme, and nothing scrolls sideways',
    async ({ colorScheme, viewport }) => {
      for (const path of ['/drivers+', '/away+', '/guide+', '/no-such-link']) {
        const page = await web.open(path, { viewport, colorScheme, bypassCSP: true })
        expect([path, await findings(page)]).toEqual([path, []])
        expect([path, await isSideways(page)]).toEqual([path, false])
        await page.context().close()
      }
    },
  )

  test('a code that is typed again leads to its link, out of this server too', async () => {
    const page = await web.open('/awya')
    await page.getByLabel('Type the code again').fill('away')
    await page.getByRole('button', { name: 'Open' }).click()
    await page.waitForURL(elsewhereUrl)
    await page.context().close()
  })

  test('a QR code is shown', async () => {
    const page = await web.open('/drivers+')
    const code = page.getByAltText(`QR code of ${web.server.url}/drivers`)
    expect(await code.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0)).toBe(true)
    await page.context().close()
  })
})

interface TrustedWindow {
  readonly trustedTypes: {
    createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): string }
  }
}

test('a preview in the interface has the page’s styles, and its links stay within it', async () => {
  await wear('darkly')
  const page = await web.openSignedIn('/')
  const { page: text } = await admin.call(api.markdown.preview, { content: guide })
  await page.evaluate(async text => {
    const frame = document.createElement('iframe')
    frame.sandbox.value = ''
    frame.id = 'preview'
    frame.width = '700'
    frame.height = '400'
    await new Promise(resolve => {
      frame.onload = resolve
      // As the interface does it: a text that a policy of its own has let through.
      const policy = (window as unknown as TrustedWindow).trustedTypes.createPolicy('test', { createHTML: it => it })
      frame.srcdoc = policy.createHTML(text)
      document.body.prepend(frame)
    })
  }, text)
  const inside = page.frameLocator('#preview')
  const canvas = await inside.locator('body').evaluate(it => getComputedStyle(it).backgroundColor)
  const corner = await inside
    .locator('pre')
    .first()
    .evaluate(it => getComputedStyle(it).borderRadius)
  expect([canvas, corner]).toEqual(['rgb(34, 34, 34)', '8px'])
  await inside.getByRole('link', { name: 'printer drivers' }).click()
  await inside.getByRole('heading', { name: 'Guest Wi-Fi' }).waitFor()
  await wear('cerulean')
  await page.context().close()
})
