import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import * as files from '../helpers/files.ts'
import type { SignedIn } from '../helpers/server.ts'

/**
 * Markdown that was written to do harm, in a real browser: as a page that a signed-in admin opens, and as a preview in
 * the interface. Whatever of it ran would ask the server for `/sentinel`, or open a dialog.
 */

const run = "new Image().src='/sentinel?'+document.domain;alert('sentinel')"

const payloads: readonly (readonly [name: string, source: string])[] = [
  ['a script', `<script>${run}</script>`],
  ['a script after a broken end', `</textarea></title></style></xmp><script>${run}</script>`],
  ['a script within a script', `<scr<script>ipt>${run}</scr</script>ipt>`],
  ['a handler of a picture', `<img src=x onerror="${run}">`],
  ['a handler behind a slash', `<img/src=x/onerror=${run.replaceAll("'", '`')}>`],
  [
    'handlers that start by themselves',
    `<details open ontoggle="${run}"><video autoplay onloadstart="${run}" src=x></video><marquee onstart="${run}">x</marquee><input autofocus onfocus="${run}">`,
  ],
  ['a script address', `<a id=x href="javascript:${run}">press</a>`],
  [
    'script addresses in disguise',
    `<a href="JaVaScRiPt:${run}">a</a> <a href="java&#x09;script:${run}">b</a> <a href="&#1;javascript:${run}">c</a> [d](javascript&colon;${run}) [e](<javascript:${run}>)`,
  ],
  ['a drawing', `<svg onload="${run}"><script>${run}</script><animate onbegin="${run}" attributeName=x dur=1s></svg>`],
  [
    'a drawing in a formula',
    `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${run}&gt;">`,
  ],
  ['a frame', `<iframe srcdoc="<script>${run}</script>"></iframe><iframe src="javascript:${run}"></iframe>`],
  [
    'a form',
    `<form action="/sentinel"><input name=q value=1><button autofocus>x</button></form><button form=f formaction="javascript:${run}">x</button>`,
  ],
  [
    'a style from elsewhere',
    '<style>@import "/sentinel";body{background:url(/sentinel)}</style><p style="background:url(/sentinel)">x</p>',
  ],
  ['a meta refresh', '<meta http-equiv="refresh" content="0;url=/sentinel">'],
  ['another base', '<base href="http://127.0.0.9:1/sentinel/"><img src="x"><a href="y">z</a>'],
  [
    'data addresses',
    `<a href="data:text/html,<script>${run}</script>">x</a><img src="data:image/svg+xml,<svg onload='${run}'/>"><object data="data:text/html,<script>${run}</script>"></object>`,
  ],
  [
    'names of the page’s own things',
    '<img name=cookie><img name=body><form id=documentElement><input name=attributes></form><a id=location href=/sentinel></a>',
  ],
  [
    'tags that the browser moves',
    `<table><td><noscript><p title="</noscript><img src=x onerror=${run}>"></table><p><table><caption><svg><desc><b><mtext></desc><img src=x onerror=${run}>`,
  ],
  [
    'comments that end early',
    `<!--><img src=x onerror=${run}>--> <!--a--!><img src=x onerror=${run}> <![CDATA[><img src=x onerror=${run}>]]> <?php ><img src=x onerror=${run}>`,
  ],
  [
    'pictures in other sizes',
    '<img srcset="/sentinel 1x, /sentinel?2 2x" src=x><picture><source srcset="/sentinel"><img src=x></picture><video poster=/sentinel><audio src=/sentinel autoplay></audio>',
  ],
  [
    'embedded things',
    '<object data="/sentinel"></object><embed src="/sentinel"><applet code=/sentinel></applet><portal src=/sentinel></portal>',
  ],
  [
    'links to other parts',
    '<link rel=stylesheet href=/sentinel><link rel=prefetch href=/sentinel><link rel=preload as=image href=/sentinel><link rel=dns-prefetch href=//evil.test>',
  ],
  [
    'a template and a slot',
    `<template shadowrootmode=open><script>${run}</script></template><noembed><img src=x onerror=${run}></noembed><plaintext><img src=x onerror=${run}>`,
  ],
  [
    'code that colours cannot hold',
    `\`\`\`html"onmouseover="${run}\n<img src=x onerror="${run}">\n\`\`\`\n\n\`\`\`xml\n</code></pre><img src=x onerror="${run}">\n\`\`\``,
  ],
  [
    'a title and a footnote',
    `[x](/ "\\"><img src=x onerror=${run}>") [^"onload=${run}]\n\n[^"onload=${run}]: <img src=x onerror=${run}>\n\n# <img src=x onerror=${run}>`,
  ],
]

const users = join(import.meta.dirname, '../fixtures/upstream-instance/users')
const probes: readonly (readonly [name: string, file: string])[] = [
  ['a probe that upstream was given', 'admin/assets/9bb8fd23-559e-4088-bbd4-a183ab64c6fe.md'],
  ['another that upstream was given', 'alice/assets/73e8e68f-a6d9-421e-89fc-1879acd879c9.md'],
]

const hostile = [
  ...payloads,
  ...probes.map(([name, file]) => [name, readFileSync(join(users, file), 'utf8')] as const),
].map(([name, source], index) => ({ name, source: `# Page\n\n${source}\n`, code: `hostile-${index}` }))

let web: Web
let admin: SignedIn

beforeAll(async () => {
  web = await startWeb()
  admin = await web.server.as()
  for (const { source, code } of hostile) await files.upload(admin, 'x.md', source, { code, type: 'markdown' })
})
afterAll(() => web.stop())

/** Hears of everything that a payload could bring about. */
function listen(page: Page): string[] {
  const heard: string[] = []
  page.on('dialog', dialog => {
    heard.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', request => {
    const url = request.url()
    if (url.includes('sentinel') || !url.startsWith(`${web.server.url}/`)) heard.push(`request: ${url}`)
  })
  page.on('popup', popup => heard.push(`window: ${popup.url()}`))
  return heard
}

interface TrustedWindow {
  readonly trustedTypes: {
    createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): string }
  }
}

test('a page that may run scripts is caught at it', async () => {
  await files.upload(admin, 'x.html', `<img src=x onerror="${run}">`, { code: 'free', type: 'html' })
  const page = await web.openSignedIn('/')
  const heard = listen(page)
  await page.goto(`${web.server.url}/free`)
  await expect.poll(() => heard.toSorted()).toEqual(['dialog: sentinel', expect.stringMatching(/^request: .*sentinel/)])
  await page.context().close()
})

describe('as a page that a signed-in admin opens', () => {
  let page: Page
  let heard: string[]
  beforeAll(async () => {
    page = await web.openSignedIn('/')
    heard = listen(page)
  })
  afterAll(() => page.context().close())

  test.each(hostile)('$name does nothing', async ({ code }) => {
    const url = `${web.server.url}/${code}`
    await page.goto(url)
    expect(await page.getByRole('heading', { name: 'Page', exact: true }).count()).toBe(1)
    await touchEverything(page)
    expect(heard).toEqual([])
    expect(page.url()).toBe(url)
    expect(await page.locator('script, iframe, object, embed, form, style, base, article svg, math').count()).toBe(0)
    await expect(page.evaluate(() => document.cookie)).rejects.toThrow(/sandboxed/)
  })
})

describe('as a preview in the interface', () => {
  let page: Page
  let heard: string[]
  beforeAll(async () => {
    page = await web.openSignedIn('/')
    heard = listen(page)
    await page.evaluate(() => {
      const frame = document.createElement('iframe')
      frame.sandbox.value = ''
      frame.name = 'preview'
      frame.width = '600'
      document.body.prepend(frame)
    })
  })
  afterAll(() => page.context().close())

  test.each(hostile)('$name does nothing', async ({ source }) => {
    const { page: text } = await admin.call(api.markdown.preview, { content: source })
    await page.locator('iframe[name=preview]').evaluate(async (frame: HTMLIFrameElement, text) => {
      await new Promise(resolve => {
        frame.onload = resolve
        // As the interface does it: a text that a policy of its own has let through.
        const { trustedTypes } = window as unknown as TrustedWindow
        frame.srcdoc = trustedTypes.createPolicy('test', { createHTML: it => it }).createHTML(text)
      })
    }, text)
    const inside = page.frameLocator('iframe[name=preview]')
    expect(await inside.getByRole('heading', { name: 'Page', exact: true }).count()).toBe(1)
    expect(await inside.locator('script, iframe, object, embed, form, style, base, article svg, math').count()).toBe(0)
    expect(heard).toEqual([])
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/(#.*)?$/)
  })
})

/** Moves over and presses all that a reader could; links that are left are the harmless ones, and stay unpressed. */
async function touchEverything(page: Page): Promise<void> {
  for (const part of await page.locator('article *:visible').all()) {
    await part.dispatchEvent('mouseover')
    const isLink = await part.evaluate(element => element.closest('a[href]') !== null)
    if (!isLink) await part.dispatchEvent('click')
  }
}
