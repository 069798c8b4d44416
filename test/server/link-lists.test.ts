import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, linkExports } from '../../src-server/contract/index.ts'
import { upload, usersToml } from '../helpers/files.ts'
import { type Client, type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let admin: SignedIn
let erin: SignedIn

beforeAll(async () => {
  server = await startTestServer({
    files: {
      'users/users.toml': usersToml({ erin: 'erin' }),
      'users/admin/links.toml': [
        '[links.dup]\ntype = "redirect"\nurl = "https://example.com/admin"\n',
        '[links.gopher]\ntype = "gopher"\n',
        '[links."dotted.code"]\ntype = "redirect"\nurl = "https://example.com/dotted"\n',
        '[links.-dash]\ntype = "redirect"\nurl = "https://example.com/dash"\ntitle = "=1+1"\n',
      ].join('\n'),
      'users/erin/links.toml': '[links.dup]\ntype = "redirect"\nurl = "https://example.com/erin"\n',
    },
  })
  admin = await server.as()
  erin = await server.as('erin', 'erin')
  await erin.call(api.links.create, { type: 'redirect', url: 'https://example.com/a?b="c",d', code: 'quoted' })
  await upload(erin, 'plan.txt', 'plan', { code: 'plan', title: 'Ångström; ünïcode' })
  await admin.call(api.links.update, { code: 'dotted.code', enabled: false })
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  const url = 'https://example.com'
  await erin.call(api.links.create, { type: 'redirect', url, code: 'in-6-days', expiresAt: inDays(6) })
  await erin.call(api.links.create, { type: 'redirect', url, code: 'in-8-days', expiresAt: inDays(8) })
})
afterAll(() => server.stop())

const exported = (client: Client, query: string) => client.send({ path: `${linkExports.path}?${query}` })
const importList = (client: Client, text: string, options: { format?: 'csv' | 'json'; dryRun?: boolean } = {}) =>
  client.call(api.links.importList, { format: 'csv', text, ...options })

describe('a list', () => {
  test.each([
    ['active', ['-dash', 'dup', 'in-6-days', 'in-8-days', 'plan', 'quoted']],
    ['paused', ['dotted.code']],
    ['expiring', ['in-6-days']],
    ['expired', []],
    ['problem', ['dup', 'gopher']],
  ] as const)('shows what is %s', async (state, codes) => {
    const { items, total } = await admin.call(api.links.list, { state, sort: 'code', order: 'asc' })
    expect(items.map(({ code }) => code)).toEqual(codes)
    expect(total).toBe(codes.length)
  })

  test('says what is wrong with a link: its kind is unknown, or somebody else has its code', async () => {
    expect((await admin.call(api.links.get, { code: 'gopher' })).problem).toMatch(/no links of the type gopher/)
    expect((await erin.call(api.links.get, { code: 'dup' })).problem).toMatch(/^Somebody else has this code too/)
    const all = await admin.call(api.links.list, { q: 'dup' })
    expect(all.items.map(({ owner, problem }) => [owner, problem !== undefined]).sort()).toEqual([
      ['admin', false],
      ['erin', true],
    ])
  })

  test.each([
    'createdAt',
    'updatedAt',
    'code',
    'name',
    'type',
    'owner',
    'visits',
    'lastVisitAt',
    'expiresAt',
    'fileSize',
  ] as const)('is sorted by %s, both ways', async sort => {
    const up = await admin.call(api.links.list, { sort, order: 'asc' })
    const down = await admin.call(api.links.list, { sort, order: 'desc' })
    expect(down.items.map(({ code, owner }) => [code, owner])).toEqual(
      up.items.map(({ code, owner }) => [code, owner]).reverse(),
    )
  })
})

describe('a code', () => {
  test.each([
    ['free-one', true],
    ['2026', true],
    ['café', true],
    ['dup', false],
    ['Admin', false],
    ['has space', false],
    ['dotted.code', false],
    ['__proto__', true],
    ['x'.repeat(51), false],
  ])('%s is looked up while it is typed: free is %s', async (code, isFree) => {
    const check = await erin.call(api.links.check, { code })
    expect([check.isFree, check.reason === undefined]).toEqual([isFree, isFree])
  })
})

describe('an export', () => {
  test('is a CSV that holds all links that one may see, as an attachment', async () => {
    const reply = await exported(erin, 'format=csv')
    expect(reply.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(reply.headers['content-disposition']).toBe('attachment; filename="links.csv"')
    const rows: Record<string, string>[] = parse(reply.text, { bom: true, columns: true })
    expect(rows.map(({ code }) => code)).toEqual(['dup', 'in-6-days', 'in-8-days', 'plan', 'quoted'])
    expect(rows.find(({ code }) => code === 'quoted')?.url).toBe('https://example.com/a?b="c",d')
    expect(rows.find(({ code }) => code === 'plan')).toMatchObject({
      title: 'Ångström; ünïcode',
      originalFilename: 'plan.txt',
      fileSize: '4',
      enabled: 'true',
    })
    const everybodys: Record<string, string>[] = parse((await exported(admin, '')).text, { bom: true, columns: true })
    expect(everybodys.map(({ owner }) => owner)).toContain('erin')
    expect((await exported(erin, 'owner=admin&format=json')).json).toEqual([])
  })

  test('runs no formula in a spreadsheet', async () => {
    const { text } = await exported(admin, 'format=csv')
    expect(text).toContain("'-dash")
    expect(text).toContain("'=1+1")
    const cells = (parse(text, { bom: true }) as string[][]).flat()
    expect(cells.filter(cell => /^[=+\-@\t\r]/.test(cell))).toEqual([])
  })

  test('is JSON too, and follows the filter', async () => {
    const reply = await exported(admin, 'format=json&state=problem')
    expect(reply.headers['content-disposition']).toBe('attachment; filename="links.json"')
    expect(reply.json).toMatchObject([{ code: 'dup', owner: 'erin' }, { code: 'gopher' }])
    expect((await exported(admin, 'format=pdf')).status).toBe(422)
    expect((await exported(server.anyone, '')).status).toBe(401)
  })
})

describe('an import', () => {
  const csv = [
    'Code;URL;Title;Expires at;type;Enabled',
    'in-1;https://example.com/1;One;;redirect;true',
    ';https://example.com/2;;2089-12-31 18:00;;',
    'in-1;https://example.com/3;;;;',
    'dup;https://example.com/4;;;;',
    'admin;https://example.com/5;;;;',
    'bad code;https://example.com/6;;;;',
    'in-7;javascript:alert(1);;;;',
    'in-8;;;;file;',
    "'-in-9;https://example.com/9;'=SUM(1);;;no",
    'in-10;https://example.com/10;;2001-01-01;;',
    'in-11;https://example.com/11;;whenever;;',
    '',
    'in-13;"https://example.com/13?a=""b""";;;;',
  ].join('\r\n')
  const skippedLines = [4, 5, 6, 7, 8, 9, 11, 12]

  test('first says what would happen, and makes nothing', async () => {
    const before = await erin.call(api.links.list, {})
    const outcome = await importList(erin, csv, { dryRun: true })
    expect(outcome.created.map(({ code }) => code)).toEqual(['in-1', '', '-in-9', 'in-13'])
    expect(outcome.skipped.map(({ line }) => line)).toEqual(skippedLines)
    expect((await erin.call(api.links.list, {})).total).toBe(before.total)
    expect((await erin.call(api.links.check, { code: 'in-1' })).isFree).toBe(true)
  })

  test('then makes the redirects, and names the line of all that it leaves out, and why', async () => {
    const outcome = await importList(erin, csv)
    expect(outcome.created.map(({ url }) => url)).toEqual([
      ...['https://example.com/1', 'https://example.com/2', 'https://example.com/9'],
      'https://example.com/13?a="b"',
    ])
    expect(outcome.skipped.map(({ line }) => line)).toEqual(skippedLines)
    expect(outcome.skipped.map(({ code, reason }) => `${code}: ${reason}`)).toEqual([
      'in-1: /in-1 is taken. Choose another code',
      'dup: /dup is taken. Choose another code',
      'admin: admin is kept for Trunk8 itself. Choose another code',
      'bad code: Use 1 to 50 letters, digits, - or _',
      'in-7: Enter a full address that starts with http, https, mailto, ftp or tel',
      'in-8: Only redirects come in by a list, and this is a file',
      'in-10: It has expired',
      'in-11: It expires at whenever, which is no date',
    ])
    expect(await erin.call(api.links.get, { code: 'in-1' })).toMatchObject({ title: 'One', owner: 'erin' })
    expect(await erin.call(api.links.get, { code: '-in-9' })).toMatchObject({ title: '=SUM(1)', enabled: false })
    const made = await erin.call(api.links.get, { code: outcome.created[1]?.code ?? '' })
    expect(made.expiresAt).toBe(new Date(2089, 11, 31, 18).toISOString())
    expect((await server.fetch('/in-1')).headers.get('location')).toBe('https://example.com/1')
  })

  test('takes what an export wrote, as CSV and as JSON', async () => {
    const other = await startTestServer()
    const there = await other.as()
    const redirects = ['dup', 'in-1', 'in-6-days', 'in-8-days', 'quoted']
    for (const format of ['csv', 'json'] as const) {
      const { text } = await exported(erin, `format=${format}`)
      const outcome = await importList(there, text, { format })
      const codes = outcome.created.map(({ code }) => code)
      expect(codes).toEqual(expect.arrayContaining(redirects))
      expect(outcome.skipped).toMatchObject([{ code: 'plan', reason: expect.stringContaining('a file') }])
      expect(await there.call(api.links.get, { code: '-in-9' })).toMatchObject({ title: '=SUM(1)', enabled: false })
      await there.call(api.links.bulk, { codes, action: 'delete' })
    }
    await other.stop()
  })

  test.each([
    ['csv', 'code,title\na,b'],
    ['csv', 'url\n"https://example.com'],
    ['csv', ''],
    ['json', '{"url":"https://example.com"}'],
    ['json', '[{'],
  ] as const)('refuses a %s that is no list: %j', async (format, text) => {
    await expect(importList(erin, text, { format })).rejects.toMatchObject({
      code: 'invalid_input',
      errors: [{ path: 'text' }],
    })
  })

  test('names each entry of a JSON that is none', async () => {
    const entries = [7, null, 'https://example.com', [], { url: 5 }, { url: 'https://example.com', code: 'json-1' }]
    const outcome = await importList(erin, JSON.stringify(entries), { format: 'json' })
    expect(outcome.created).toEqual([{ code: 'json-1', url: 'https://example.com' }])
    expect(outcome.skipped).toEqual([
      ...[1, 2, 3, 4].map(line => ({ line, reason: 'This is no link' })),
      { line: 5, reason: 'Its url cannot be read' },
    ])
  })
})
