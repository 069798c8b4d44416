import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, contentPath } from '../../src-server/contract/index.ts'
import { fetchBytes, restoreZip } from '../helpers/backups.ts'
import { eventually, listen, sha256 } from '../helpers/files.ts'
import { copyFixture } from '../helpers/fixtures.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let folder: string
let server: TestServer
let admin: SignedIn

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-legacy-'))
  await cp(join(import.meta.dirname, 'fixtures', 'old-forms'), folder, { recursive: true })
  const assets = join(folder, 'users', 'mona', 'assets')
  await symlink(join(folder, 'users', 'users.toml'), join(assets, 'leads-out.txt'))
  await symlink(join(folder, 'users'), join(assets, 'leads-out'))
  await symlink(join(assets, 'plain.txt'), join(assets, 'leads-in.txt'))
  execFileSync('mkfifo', [join(assets, 'pipe.txt')])
  server = await startTestServer({ dataDir: folder })
  admin = await server.as()
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const visit = (code: string) => server.fetch(`/${encodeURIComponent(code)}`)
const linksToml = (owner: string) => readFile(join(folder, 'users', owner, 'links.toml'), 'utf8')

describe('a folder of old and hand-written forms', () => {
  const redirects: Readonly<Record<string, string>> = {
    start: 'https://www.example.com/',
    '2026': 'https://www.example.com/year',
    straße: 'https://example.com/stra%C3%9Fe?%C3%A4=1',
    constructor: 'https://www.example.com/js',
    short: 'https://example.com/inline',
    tagged: 'https://example.com/tagged',
    'dotted.code': 'https://example.com/dotted',
  }
  test.each(Object.entries(redirects))('/%s leads to %s', async (code, target) => {
    const reply = await visit(code)
    expect([reply.status, reply.headers.get('location')]).toEqual([302, target])
  })

  const names: Readonly<Record<string, readonly [name: string, body: string]>> = {
    guide: ['Travel_guide_v2.pdf', '%PDF-1.4 travel guide'],
    'old-report': ['Old_report_2019.txt', 'an old report'],
    plain: ['plain.txt', 'plain'],
    nested: ['deep.txt', 'deep'],
  }
  test.each(Object.entries(names))('/%s is a file with its name', async (code, [name, body]) => {
    const reply = await visit(code)
    expect(reply.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`)
    expect(await reply.text()).toBe(body)
  })

  test.each(['readme', 'landing'])('/%s is shown as its source where that is asked for', async code => {
    const reply = await server.fetch(`/${code}?raw=1`)
    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
    expect(reply.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(await reply.text()).toContain('<script>')
  })

  test('where two users hold a code, the first one’s link is served', async () => {
    expect((await visit('shared')).headers.get('location')).toBe('https://www.example.com/first-owner')
    await admin.call(api.links.remove, { code: 'shared' })
    expect((await visit('shared')).headers.get('location')).toBe('https://www.example.com/second-owner')
  })

  test('every form of an expiry is understood, and one that nobody can read does not count', async () => {
    const expected: Readonly<Record<string, Date | undefined>> = {
      'until-day': new Date(2089, 11, 31),
      'until-minute': new Date(2089, 11, 31, 23, 59),
      'until-space': new Date(2089, 11, 31, 23, 59, 58, 123),
      'until-offset': new Date('2089-12-31T23:59:59+02:00'),
      'until-native': new Date(2089, 11, 31, 23, 59, 59),
      'until-whenever': undefined,
    }
    for (const [code, date] of Object.entries(expected)) {
      expect((await admin.call(api.links.get, { code })).expiresAt).toBe(date?.toISOString())
      expect((await visit(code)).status).toBe(302)
    }
    expect((await visit('until-past')).status).toBe(404)
  })

  test('what cannot be served is not found, but shown to its owner', async () => {
    for (const code of ['lost', 'script', 'no-target', 'gopher', 'used-up']) {
      expect([code, (await visit(code)).status]).toEqual([code, 404])
      expect(await admin.call(api.links.get, { code })).toMatchObject({ code, owner: 'mona' })
    }
    expect(await admin.call(api.links.get, { code: 'gopher' })).toMatchObject({ type: 'gopher' })
  })

  test('what has a password asks for it', async () => {
    expect((await visit('locked')).status).toBe(401)
    expect(await admin.call(api.links.get, { code: 'locked' })).toMatchObject({ protected: true })
    expect(JSON.stringify(await admin.call(api.links.get, { code: 'locked' }))).not.toContain('argon2')
  })
})

test('no path in a links.toml leads out of its owner’s assets, by whatever way', async () => {
  const { links } = parse(await linksToml('mona')) as { links: Record<string, unknown> }
  const hostile = Object.keys(links).filter(code => /^(out-|in-link|is-)/.test(code))
  expect(hostile.length).toBe(11)
  for (const code of hostile) {
    const reply = await visit(code)
    expect([code, reply.status]).toEqual([code, 404])
    expect(await reply.text()).not.toContain('password_hash')
  }
  // To delete such a link takes nothing along from outside either.
  for (const code of ['out-up', 'out-users', 'out-absolute', 'out-folder-link']) {
    await admin.call(api.links.remove, { code })
  }
  expect(await readdir(join(folder, 'users', 'mona'))).toContain('links.toml')
  expect(await readdir(join(folder, 'users'))).toContain('users.toml')
})

test('a change keeps all that we do not know, also in rows that are no links', async () => {
  const before = parse(await linksToml('mona')) as { links: Record<string, Record<string, unknown>> }
  await expect(admin.call(api.links.get, { code: 'no-type' })).rejects.toMatchObject({ code: 'not_found' })
  await admin.call(api.links.update, { code: 'tagged', title: 'Tagged' })
  const text = await linksToml('mona')
  const after = parse(text) as typeof before
  expect(Object.keys(after.links)).toEqual(Object.keys(before.links))
  expect(after.links['no-type']).toEqual(before.links['no-type'])
  expect(after.links.tagged).toMatchObject({ ...before.links.tagged, title: 'Tagged' })
  expect(text).toMatch(/^since = 2024-05-06$/m)
  expect(text).toMatch(/^expiration_date = 2089-12-31T23:59:59/m)
  await expect(
    admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'no-type' }),
  ).rejects.toMatchObject({ code: 'code_taken' })
})

describe('the forms that upstream’s older versions left', () => {
  let old: Awaited<ReturnType<typeof copyFixture>>
  let there: TestServer
  const look = (code: string) => there.fetch(`/${encodeURIComponent(code)}`)

  beforeAll(async () => {
    old = await copyFixture('legacy-instance')
    there = await startTestServer({ dataDir: old.folder, owner: true })
  })
  afterAll(async () => {
    await there.stop()
    await old.remove()
  })

  const targets: Readonly<Record<string, string>> = {
    inline: 'https://example.com/inline',
    extra: 'https://example.com/extra',
    'dotted.code': 'https://example.com/dotted',
    ...Object.fromEntries(
      ['sec', 'us', 'date', 'space', 'bad', 'empty', 'z', 'off', 'native'].map(it => [
        `exp-${it}`,
        'https://example.com/e',
      ]),
    ),
  }
  test.each(Object.entries(targets))('/%s leads to %s', async (code, target) => {
    const reply = await look(code)
    expect([reply.status, reply.headers.get('location')]).toEqual([302, target])
  })

  test.each([
    ['old-report', 'Old_report.pdf', '3f2a9c_Old_report.pdf'],
    ['many-us', 'a_b_c.txt', '9bd1_a_b_c.txt'],
    ['plainfile', 'example.txt', 'example.txt'],
    ['nested', 'nested.txt', 'sub/dir/nested.txt'],
  ])('/%s is a file called %s', async (code, name, asset) => {
    const reply = await look(code)
    expect(reply.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`)
    const stored = await readFile(join(old.folder, 'users', 'erin', 'assets', asset))
    expect(sha256(Buffer.from(await reply.arrayBuffer()))).toBe(sha256(stored))
  })

  test('what leads nowhere is not found, is shown to its owner, and says why', async () => {
    const reasons: Readonly<Record<string, RegExp>> = {
      missing: /^$/,
      'md-inline': /names no file/,
      'trav-file': /out of its owner’s folder/,
      'trav-md': /out of its owner’s folder/,
      nourl: /no address/,
      unknown: /type gopher/,
    }
    for (const [code, reason] of Object.entries(reasons)) {
      expect([code, (await look(code)).status]).toEqual([code, 404])
      const link = await there.window.call(api.links.get, { code })
      expect([code, link.problem ?? '']).toEqual([code, expect.stringMatching(reason)])
    }
    for (const code of ['exp-past-sec', 'notype']) expect((await look(code)).status).toBe(404)
  })

  test('what cannot be understood is told with its line, and only to whom it concerns', async () => {
    const lines = (await readFile(join(old.folder, 'users', 'erin', 'links.toml'), 'utf8')).split('\n')
    const { items } = await there.window.call(api.problems.list, {})
    const erins = items.filter(({ file }) => file === 'users/erin/links.toml')
    expect(erins.map(({ entry }) => entry).toSorted()).toEqual(
      ['exp-bad', 'md-inline', 'notype', 'nourl', 'trav-file', 'trav-md', 'unknown'].map(code => `links.${code}`),
    )
    for (const { kind, entry, line, owner } of erins) {
      expect([kind, owner, lines[(line ?? 0) - 1]]).toEqual(['entry', 'erin', `[${entry}]`])
    }
    expect(erins.find(({ entry }) => entry === 'links.notype')?.detail).toMatch(/^This is no link/)
  })

  test('a row that is no link keeps its code taken', async () => {
    await expect(there.window.call(api.links.get, { code: 'notype' })).rejects.toMatchObject({ code: 'not_found' })
    const create = there.window.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'notype' })
    await expect(create).rejects.toMatchObject({ code: 'code_taken' })
  })

  test('a file that is lost is named when it is asked for, and can get a new one', async () => {
    const reply = await there.window.send({ path: contentPath('missing') })
    expect(reply.json).toMatchObject({ code: 'not_found', detail: '/missing leads to no file' })
    const link = await there.window.call(api.links.replaceContent, { code: 'missing', content: 'found again' })
    expect(link).toMatchObject({ type: 'markdown', owner: 'erin' })
  })
})

describe('codes that no new link may have, or that mean something to JavaScript', () => {
  const codes = [
    'dotted.code',
    'cafe\u0301',
    '__proto__',
    'constructor',
    'toString',
    '2026',
    '-dash',
    'a b',
    'x'.repeat(80),
  ]
  let there: TestServer
  let user: SignedIn

  beforeAll(async () => {
    const rows = codes.map(code => `[links."${code}"]\ntype = "redirect"\nurl = "https://example.com/1"\n`)
    there = await startTestServer({ files: { 'users/admin/links.toml': rows.join('\n') } })
    user = await there.as()
  })
  afterAll(() => there.stop())

  test('are listed, each as it stands', async () => {
    const { items } = await user.call(api.links.list, {})
    expect(items.map(({ code }) => code).toSorted()).toEqual(codes.toSorted())
  })

  test.each(codes)('%s is visited, changed, deleted, restored, and given another code', async code => {
    expect((await there.fetch(`/${encodeURIComponent(code)}`)).status).toBe(302)
    expect(await user.call(api.links.update, { code, title: 'Odd', url: 'https://example.com/2' })).toMatchObject({
      ...{ code, title: 'Odd', url: 'https://example.com/2', visits: 1 },
    })
    await user.call(api.links.remove, { code })
    await expect(user.call(api.links.get, { code })).rejects.toMatchObject({ code: 'not_found' })
    expect(await user.call(api.links.restore, { code })).toMatchObject({ code, title: 'Odd', visits: 1 })
    expect(await user.call(api.links.replaceContent, { code, content: 'x' })).toMatchObject({ type: 'markdown' })
    expect((await user.call(api.links.bulk, { codes: [code], action: 'disable' })).done).toEqual([code])
    const renamed = await user.call(api.links.update, { code, newCode: 'plain-code' })
    expect(renamed).toMatchObject({ code: 'plain-code', enabled: false })
    await user.call(api.links.remove, { code: 'plain-code' })
  })

  test('with their accents apart keep the composed one taken', async () => {
    const other = await startTestServer({
      files: { 'users/admin/links.toml': '[links."cafe\u0301"]\ntype = "redirect"\nurl = "https://example.com"\n' },
    })
    const admin = await other.as()
    expect((await other.fetch('/caf%C3%A9')).status).toBe(302)
    expect((await admin.call(api.links.check, { code: 'café' })).isFree).toBe(false)
    await other.stop()
  })
})

test('a long address that upstream took leads where it did, and comes back with a backup', async () => {
  const url = `https://example.com/?state=${'x'.repeat(7000)}`
  const there = await startTestServer({
    files: { 'users/admin/links.toml': `[links.long]\ntype = "redirect"\nurl = "${url}"\n` },
  })
  const reply = await there.fetch('/long')
  expect([reply.status, reply.headers.get('Location')]).toEqual([302, url])
  const user = await there.as()
  const { bytes } = await fetchBytes(there, user, { method: 'POST', path: '/api/v1/backups', body: '{}' })
  await user.call(api.links.remove, { code: 'long' })
  expect(await restoreZip(user, bytes)).toMatchObject({ users: [{ created: ['long'], refused: [] }] })
  await there.stop()
})

test('a links.toml that does not parse takes only its owner’s links out', async () => {
  const broken = '[links.mine]\ntype = "redirect\n'
  const users = '[users.admin]\nis_admin = true\n\n[users.ann]\nis_admin = false\n'
  const mine = '[links.yours]\ntype = "redirect"\nurl = "https://example.com/"\n'
  const other = await startTestServer({
    files: { 'users/users.toml': users, 'users/ann/links.toml': broken, 'users/admin/links.toml': mine },
  })
  expect((await other.fetch('/mine')).status).toBe(404)
  expect((await other.fetch('/yours')).status).toBe(302)
  const { items } = await (await other.as()).call(api.problems.list, {})
  expect(items).toMatchObject([
    { kind: 'file', file: 'users/ann/links.toml', owner: 'ann', line: 2, column: expect.any(Number) },
  ])
  expect(items[0]?.detail).toMatch(/Its links are left out until it is mended$/)
  await other.stop()
})

describe('a links.toml that people edit while the server runs', () => {
  const row = (code: string) => `[links.${code}]\ntype = "redirect"\nurl = "https://example.com/${code}"\n`
  const status = async (code: string) => (await other.fetch(`/${code}`)).status
  const becomes = (code: string, wanted: number) =>
    eventually(async () => ((await status(code)) === wanted ? true : undefined), `/${code} to be ${wanted}`)
  let other: TestServer
  let path: string

  beforeAll(async () => {
    other = await startTestServer({ files: { 'users/admin/links.toml': '[links.broken\n' } })
    path = join(other.dataDir, 'users', 'admin', 'links.toml')
  })
  afterAll(() => other.stop())

  test('counts as soon as it is mended, and again with every edit, and is told of', async () => {
    expect(await status('one')).toBe(404)
    await writeFile(path, row('one'))
    await becomes('one', 302)
    const user = await other.as()
    const { heard, stop } = await listen(other, user)
    await writeFile(`${path}.new`, row('one') + row('two'))
    await rename(`${path}.new`, path)
    await becomes('two', 302)
    expect(heard).toEqual([{ name: 'links', data: { action: 'created', code: 'two', owner: 'admin' } }])
    await writeFile(path, row('two'))
    await becomes('one', 404)
    stop()
  })

  test('that does not parse leaves the last good state serving, and is never written over', async () => {
    const user = await other.as()
    const broken = `${row('two')}[links.three\n`
    await writeFile(path, broken)
    const create = user.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'four' })
    await expect(create).rejects.toMatchObject({
      code: 'file_broken',
      message: expect.stringMatching(/^users\/admin\/links\.toml, line 4/),
    })
    expect(await status('two')).toBe(302)
    expect(await readFile(path, 'utf8')).toBe(broken)
    await expect
      .poll(async () => (await user.call(api.problems.list, {})).items)
      .toMatchObject([
        {
          ...{ kind: 'file', file: 'users/admin/links.toml', line: 4 },
          detail: expect.stringMatching(/What was there before still holds$/),
        },
      ])
    await writeFile(path, row('two') + row('three'))
    await becomes('three', 302)
    await expect.poll(async () => (await user.call(api.problems.list, {})).items).toEqual([])

    // Broken for a moment, and put back just as it was: the very same file.
    await rename(path, `${path}.kept`)
    await writeFile(path, broken)
    await expect.poll(async () => (await user.call(api.problems.list, {})).items).toHaveLength(1)
    await rename(`${path}.kept`, path)
    await expect.poll(async () => (await user.call(api.problems.list, {})).items).toEqual([])
    await user.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'four' })
  })
})
