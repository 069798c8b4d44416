import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { createMarkdown } from '../../src-server/markdown/markdown.ts'
import { createRenderer, tooLong } from '../../src-server/markdown/renderer.ts'
import * as files from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let admin: SignedIn

beforeAll(async () => {
  server = await startTestServer({
    config: '[server]\nname = "Studio"\n\n[app]\nmarkdown_theme = "flatly"\n',
    files: {
      'users/users.toml': files.usersToml({ ann: 'ann-of-the-tests' }),
      'users/ann/config.toml': '[app]\nmarkdown_theme = "vapor"\n',
    },
  })
  admin = await server.as()
})
afterAll(() => server.stop())

const share = (code: string, text: string | Buffer, fields: Record<string, string> = {}) =>
  files.upload(admin, `${code}.md`, text, { code, type: 'markdown', ...fields })

/** What stands between `<article>` and its end. */
const article = (page: string) => /<article>\n([\s\S]*)\n<\/article>/.exec(page)?.[1] ?? ''

/** Markdown → what the preview makes of it. */
async function preview(content: string): Promise<string> {
  const { page } = await admin.call(api.markdown.preview, { content })
  return article(page)
}

describe('what Markdown can do', () => {
  test.each([
    ['a table with aligned columns', '|a|b|\n|-|-:|\n|1|2|', '<td align="right">2</td>'],
    [
      'a table that scrolls by keyboard',
      '|a|\n|-|\n|1|',
      '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>',
    ],
    ['text struck through', '~~no~~', '<s>no</s>'],
    [
      'a bare address as a link',
      'see https://example.com/x.',
      '<a href="https://example.com/x" rel="noopener noreferrer nofollow ugc"',
    ],
    ['a file name that is no address', 'readme.md', '<p>readme.md</p>'],
    ['a done task', '- [x] done', '<input type="checkbox" disabled class="task-list-item-checkbox" checked'],
    [
      'an open task with its label',
      '- [ ] open',
      '<label class="task-list-item-label" for="user-content-task-item-0"> open</label>',
    ],
    ['a footnote', 'a[^1]\n\n[^1]: b', '<a href="#user-content-footnote1">[1]</a>'],
    ['code in colours', '```js\nconst x = 1\n```', '<span class="hljs-keyword">const</span>'],
    ['code in no language that is known', '```nonsense\n<b>\n```', '<code class="language-nonsense">&lt;b&gt;'],
    [
      'HTML of the harmless kind',
      '<details open><summary>More</summary>x</details>',
      '<details open><summary>More</summary>x</details>',
    ],
    ['HTML that is left open', '<b>bold', '<p><b>bold</b></p>'],
    ['a heading to link to', '## Get online!', '<h2 id="user-content-get-online">Get online!</h2>'],
    ['a link to it', '[x](#get-online)', '<a href="#user-content-get-online">x</a>'],
    ['headings in any script', '## Öffnungszeiten 日本', 'id="user-content-öffnungszeiten-日本"'],
    ['a picture of this server', '![x](/pic "t")', '<img title="t" alt="x" src="/pic" />'],
  ])('%s', async (_, source, wanted) => {
    expect(await preview(source)).toContain(wanted)
  })

  test('a picture by our own address is shown, one from elsewhere is told of in words', async () => {
    expect(await preview(`![here](${server.url}/pic)`)).toContain('<img alt="here" src="/pic" />')
    expect(await preview(`![here](${server.url}//evil.test/x.png)`)).not.toContain('//evil')
    const remote = [
      'https://evil.test/x.png',
      '//evil.test/x.png',
      '\\\\evil.test/x.png',
      'HTTP:evil.test',
      '/\t/evil.test',
    ]
    for (const src of remote) {
      const shown = await preview(`<img src="${src}" alt="a cat">`)
      expect(shown).not.toMatch(/<img|evil/)
      expect(shown).toContain(
        '<span class="left-out" title="Pictures from other sites are not loaded here">a cat</span>',
      )
    }
    expect(await preview('![](https://evil.test/x.png)')).toContain('>Picture on evil.test<')
  })
})

describe('what Markdown cannot do', () => {
  test.each([
    ['a script', '<script>alert(1)</script>'],
    ['a script in capitals', '<SCRIPT SRC=//evil.test></SCRIPT>'],
    ['a handler', '<img src=x onerror=alert(1)><p onclick="alert(1)">x</p>'],
    ['a style', '<style>@import "//evil.test"</style><p style="background:url(//evil.test)">x</p>'],
    ['a form', '<form action=/auth/login><input name=password><textarea>x</textarea><button>Go</button></form>'],
    ['a frame', '<iframe srcdoc="<script>alert(1)</script>"></iframe><object data=x></object><embed src=x>'],
    [
      'a drawing',
      '<svg onload=alert(1)><a xlink:href="javascript:alert(1)">x</a></svg><math href="javascript:1">x</math>',
    ],
    [
      'another base',
      '<base href="//evil.test/"><meta http-equiv=refresh content="0;url=//evil.test"><link rel=stylesheet href=//evil.test>',
    ],
    [
      'a script address',
      '<a href="javascript:alert(1)">x</a> <a href=" java&#x0a;script:alert(1)">x</a> <a href="vbscript:x">x</a>',
    ],
    ['a data address', '<a href="data:text/html,<script>alert(1)</script>">x</a> <img src="data:image/svg+xml,x">'],
    [
      'another set of pictures',
      '<img srcset="//evil.test/x 1x" src=x><picture><source srcset=//evil.test/x></picture><video poster=//evil.test/x>',
    ],
  ])('%s is left out', async (_, source) => {
    const shown = await preview(source)
    expect(shown).not.toMatch(
      /<(script|style|form|textarea|button|iframe|object|embed|svg|math|base|meta|link|source|video)/i,
    )
    expect(shown).not.toMatch(/<[^>]*\s(on\w+|style|srcset|srcdoc|action)=/i)
    expect(shown).not.toMatch(/(href|src)="\s*(javascript|vbscript|data|\/\/)/i)
  })

  test('names cannot be taken for the page’s own', async () => {
    const shown = await preview('<a id="code" name="body">x</a><p id="__proto__" class="bar contents">y</p>')
    expect(shown).toContain('id="user-content-code"')
    expect(shown).toContain('id="user-content-__proto__"')
    expect(shown).not.toMatch(/name=|class=/)
  })
})

describe('a page', () => {
  test('has the first heading, or the link’s name, or the file’s for its title', async () => {
    const titleOf = async (code: string) =>
      /<title>(.*)<\/title>/.exec(await (await server.fetch(`/${code}`)).text())?.[1]
    await share('headed', '# Wi-Fi & *more*\n\nx')
    await share('named', '# Wi-Fi\n\nx', { title: 'For <guests>' })
    await share('plain', 'x')
    expect(await titleOf('headed')).toBe('Wi-Fi &amp; more – Studio')
    expect(await titleOf('named')).toBe('For &lt;guests&gt; – Studio')
    expect(await titleOf('plain')).toBe('plain.md – Studio')
  })

  test('lists its contents from three headings on', async () => {
    await share('two', '# T\n\n## A\n\n## B')
    await share('three', '# T\n\n## A & B\n\n### Deep\n\n## C')
    expect(await (await server.fetch('/two')).text()).not.toContain('<nav')
    const page = await (await server.fetch('/three')).text()
    expect(page).toContain('<nav class="contents" aria-label="Contents"><details open>')
    expect(page).toContain('<li class="depth-0"><a href="#user-content-a--b">A &amp; B</a></li>')
    expect(page).toContain('<li class="depth-1"><a href="#user-content-deep">Deep</a></li>')
  })

  test('comes with headers that let nothing run, and is not sent again to who has it', async () => {
    await share('held', '# Held')
    const reply = await server.fetch('/held')
    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = reply.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/^default-src 'none'; style-src 'self'; img-src 'self';/)
    expect(policy).toMatch(/sandbox (?!.*allow-(scripts|same-origin|forms|top-navigation( |$)))/)
    const etag = reply.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]+"$/)
    const again = await server.fetch('/held', { headers: { 'If-None-Match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    const head = await server.fetch('/held', { method: 'HEAD' })
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, ''])
  })

  test('counts as a visit when it is sent, and only then', async () => {
    await share('counted', '# Counted')
    const visits = async () => (await admin.call(api.links.get, { code: 'counted' })).visits
    const etag = (await server.fetch('/counted', { method: 'HEAD' })).headers.get('etag') ?? ''
    await server.fetch('/counted', { headers: { 'If-None-Match': etag } })
    expect(await visits()).toBe(0)
    await server.fetch('/counted')
    expect(await visits()).toBe(1)
  })

  test('is drawn in the reader’s theme: the instance’s for visitors, one’s own for who is signed in', async () => {
    await share('themed', '# Themed')
    const themeIn = async (reply: Promise<{ text: string | (() => Promise<string>) }>) => {
      const { text } = await reply
      const page = typeof text === 'string' ? text : ''
      return /data-bs-theme="(\w+)"/.exec(page)?.[1]
    }
    const ann = await server.as('ann', 'ann-of-the-tests')
    expect(await themeIn(server.send({ path: '/themed' }))).toBe('light')
    expect(await themeIn(ann.send({ path: '/themed' }))).toBe('dark')
  })

  test('gives its source as it was written, as text', async () => {
    const source = Buffer.from('# Source\r\n<script>1</script>\xff', 'latin1')
    await share('source', source)
    const reply = await server.fetch('/source?raw=1')
    expect(reply.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(Buffer.from(await reply.arrayBuffer()).equals(source)).toBe(true)
  })

  test('whose bytes are no UTF-8 is shown all the same', async () => {
    await share('latin', Buffer.from('# caf\xe9', 'latin1'))
    expect(await (await server.fetch('/latin')).text()).toContain('>caf\ufffd</h1>')
  })

  test('shows what its file holds now', async () => {
    await share('edited', '# Before')
    expect(await (await server.fetch('/edited')).text()).toContain('>Before</h1>')
    const assets = join(server.dataDir, 'users/admin/assets')
    for (const name of await readdir(assets)) {
      const path = join(assets, name)
      if ((await readFile(path, 'utf8')) === '# Before') await writeFile(path, '# Afterwards')
    }
    expect(await (await server.fetch('/edited')).text()).toContain('>Afterwards</h1>')
  })
})

describe('a text that would hold the server', () => {
  test('over 2 MB is not made a page of: it says so and offers its source', async () => {
    await share('long', 'word '.repeat(500_000))
    const reply = await server.fetch('/long')
    expect(reply.status).toBe(200)
    const page = await reply.text()
    expect(page).toContain('This page is too long to show')
    expect(page).toContain('href="/long?raw=1"')
    expect((await (await server.fetch('/long?raw=1')).text()).length).toBe(2_500_000)
  })

  test('with more headings than anybody reads lists the first of them', async () => {
    const headings = Array.from({ length: 20_000 }, (_, index) => `## x${index}\n`)
    await share('headings', `# T\n\n${headings.join('')}`)
    const page = await (await server.fetch('/headings')).text()
    expect(page.match(/<li class="depth-0">/g)).toHaveLength(199)
    expect(page).toContain('id="user-content-x19999"')
  })

  test('that grows beyond all measure is not sent', async () => {
    await share('grown', '**a** `b` [c](d)\n\n'.repeat(110_000))
    expect(await (await server.fetch('/grown')).text()).toContain('This page is too long to show')
  })

  test('that cannot be rendered in time is given up, and takes neither the server nor the next page along', async () => {
    await share('nested', '<div>'.repeat(300_000))
    await share('after', '# After')
    const [nested, after] = await Promise.all([server.fetch('/nested'), server.fetch('/after')])
    expect(await nested.text()).toContain('This page is too long to show')
    expect(await after.text()).toContain('>After</h1>')
  })

  test('is rendered aside: others are answered meanwhile', async () => {
    const renderer = createRenderer({ limit: 200 })
    const options = { origin: 'http://127.0.0.1', opensApart: false }
    const slow = renderer.render({ source: '<div>'.repeat(300_000), options })
    const quick = renderer.render({ source: 'quick', options })
    expect((await server.fetch('/healthz')).status).toBe(200)
    expect(await slow).toBe(tooLong)
    expect(await quick).toMatchObject({ body: '<p>quick</p>\n' })
    await renderer.stop()
  })

  test('in an editor does not keep visitors waiting', async () => {
    await share('waiting', '# Waiting')
    const slow = admin.call(api.markdown.preview, { content: '<div>'.repeat(300_000) })
    const outcome = await Promise.race([slow.then(() => 'preview'), server.fetch('/waiting').then(() => 'visitor')])
    expect(outcome).toBe('visitor')
    expect((await slow).page).toContain('too long to show')
  })
})

test('a preview is the whole page, in the caller’s theme, and is kept nowhere', async () => {
  const before = await readdir(join(server.dataDir, 'users/admin/assets'))
  const ann = await server.as('ann', 'ann-of-the-tests')
  const { page } = await ann.call(api.markdown.preview, { content: '# Hi', title: 'Mine' })
  expect(page).toMatch(/^<!doctype html>\n<html lang="en" data-bs-theme="dark">/)
  expect(page).toContain('<title>Mine – Studio</title>')
  expect(page).toContain('<link rel="stylesheet" href="/static/markdown.css">')
  expect(await readdir(join(server.dataDir, 'users/admin/assets'))).toEqual(before)
})

test('links in a preview ask for a window of their own, links within it do not', async () => {
  const shown = await preview('[a](https://example.com) [b](#b)')
  expect(shown).toContain('href="https://example.com" rel="noopener noreferrer nofollow ugc" target="_blank"')
  expect(shown).toContain('<a href="#user-content-b">b</a>')
})

test('without a built interface pages have no theme’s stylesheet, and all else', async () => {
  const markdown = createMarkdown({
    uiDir: join(server.dataDir, 'none'),
    name: () => 'Studio',
    themeOf: () => 'darkly',
    origin: () => 'http://127.0.0.1',
  })
  const page = await markdown.preview('# Hi', undefined, 'admin')
  await markdown.stop()
  expect(page.match(/<link [^>]*>/g)).toEqual(['<link rel="stylesheet" href="/static/markdown.css">'])
  const css = await server.fetch('/static/markdown.css')
  expect(css.headers.get('content-type')).toBe('text/css; charset=utf-8')
  expect((await css.text()).length).toBeGreaterThan(5_000)
})
