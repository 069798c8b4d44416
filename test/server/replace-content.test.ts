import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, contentPath, type Link } from '../../src-server/contract/index.ts'
import {
  assetsOf,
  chunk,
  eventually,
  filePartHead,
  formTail,
  multipart,
  openSocket,
  type Part,
  sha256,
  snapshot,
  upload,
  uploadHead,
  usersToml,
} from '../helpers/files.ts'
import { type Client, type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let admin: SignedIn
let erin: SignedIn

const shared = 'type = "file"\npath = "one.txt"\noriginal_filename = "one.txt"\n'
beforeAll(async () => {
  server = await startTestServer({
    files: {
      'users/users.toml': usersToml({ erin: 'erin' }),
      'users/admin/assets/one.txt': 'one for two',
      'users/admin/links.toml': [
        `[links.first]\n${shared}`,
        `[links.second]\n${shared}`,
        '[links.old]\ntype = "file"\npath = "3f_Old_plan.txt"\nclicks = 7\ntags = ["a"]\n',
        '[links.gone]\ntype = "file"\npath = "nowhere.txt"\n',
      ].join('\n'),
      'users/admin/assets/3f_Old_plan.txt': 'the old plan',
    },
  })
  admin = await server.as()
  erin = await server.as('erin', 'erin')
})
afterAll(() => server.stop())

const path = (...names: string[]) => join(server.dataDir, ...names)
const content = (client: Client, code: string, headers: Record<string, string> = {}) =>
  client.send({ path: contentPath(code), headers })
const put = (client: Client, code: string, parts: readonly Part[]) => {
  const { body, type } = multipart(parts)
  return client.send({ method: 'PUT', path: contentPath(code), body, headers: { 'Content-Type': type } })
}
/** The head of a request that replaces a file, for whoever sends the body by hand. */
const putHead = (code: string) =>
  uploadHead(server, admin, { 'Transfer-Encoding': 'chunked' }).replace(
    'POST /api/v1/links',
    `PUT ${contentPath(code)}`,
  )
const trash = () => readdir(path('state', 'trash')).catch(() => [])
const parts = async () => (await assetsOf(server)).filter(name => name.startsWith('.part-'))
const file = (filename: string, body: string): Part => ({ name: 'file', filename, body })
const served = async (code: string) => (await server.fetch(`/${code}`)).text()
const tableOf = async (code: string) =>
  (await readFile(path('users', 'admin', 'links.toml'), 'utf8')).split(`[links.${code}]\n`)[1]?.split('\n[')[0] ?? ''

describe('what a link leads to can be read by its owner', () => {
  test('a page as its source, a file as an attachment, in parts too; neither counts as a visit', async () => {
    const text = '# Hi <script>alert(1)</script>'
    await admin.call(api.links.create, { type: 'markdown', content: text, code: 'read-page' })
    const page = await content(admin, 'read-page')
    expect([page.status, page.headers['content-type'], page.text]).toEqual([200, 'text/plain; charset=utf-8', text])
    expect(page.headers['x-content-type-options']).toBe('nosniff')

    await upload(admin, 'read.txt', '0123456789', { code: 'read-file' })
    const whole = await content(admin, 'read-file')
    expect(whole.headers['content-disposition']).toBe('attachment; filename="read.txt"')
    const part = await content(admin, 'read-file', { Range: 'bytes=2-4' })
    expect([part.status, part.text]).toEqual([206, '234'])
    for (const code of ['read-page', 'read-file']) {
      expect(await admin.call(api.links.get, { code })).toMatchObject({ visits: 0 })
    }
  })

  test('of nobody else: not by a stranger, not by another user; and there is none of a redirect or a lost file', async () => {
    expect((await content(server.anyone, 'read-file')).status).toBe(401)
    await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'read-redirect' })
    for (const [client, code] of [
      [erin, 'read-file'],
      [admin, 'read-redirect'],
      [admin, 'gone'],
      [admin, 'never-was'],
    ] as const) {
      expect((await content(client, code)).json).toMatchObject({ code: 'not_found' })
    }
  })
})

describe('a page', () => {
  test('is changed in place: new text, all else stays, the old file goes', async () => {
    const expiresAt = '2089-12-31T23:59:00.000Z'
    const given = { type: 'markdown', content: 'before', code: 'page', title: 'Mine', expiresAt } as const
    const before = await admin.call(api.links.create, given)
    const files = await assetsOf(server)
    await served('page')
    const after = await admin.call(api.links.replaceContent, { code: 'page', content: 'after' })
    expect(after).toMatchObject({ type: 'markdown', title: 'Mine', expiresAt, originalFilename: 'page.md', visits: 1 })
    expect([after.sha256, after.createdAt]).toEqual([sha256('after'), before.createdAt])
    expect(Date.parse(after.updatedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(before.createdAt ?? ''))
    expect((await content(admin, 'page')).text).toBe('after')
    expect(await assetsOf(server)).toHaveLength(files.length)
    expect(await trash()).toEqual([])
  })

  test('may become the other kind of page', async () => {
    await admin.call(api.links.create, { type: 'markdown', content: '*x*', code: 'turn' })
    const html = await admin.call(api.links.replaceContent, { code: 'turn', type: 'html', content: '<b>x</b>' })
    expect(html).toMatchObject({ type: 'html', originalFilename: 'turn.html' })
    const kept = await admin.call(api.links.replaceContent, { code: 'turn', content: '<i>x</i>' })
    expect(kept.type).toBe('html')
    const back = await put(admin, 'turn', [file('notes.md', 'x')])
    expect(back.json).toMatchObject({ type: 'markdown', originalFilename: 'notes.md' })
  })

  test('is made of a redirect and of a file', async () => {
    await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'was-redirect' })
    await upload(admin, 'a.pdf', 'pdf', { code: 'was-file' })
    for (const code of ['was-redirect', 'was-file']) {
      const link = await admin.call(api.links.replaceContent, { code, content: 'text' })
      expect(link).toMatchObject({ type: 'markdown', originalFilename: `${code}.md` })
      expect([link.url, link.fileSize, link.mimeType]).toEqual([undefined, undefined, undefined])
      expect(await tableOf(code)).not.toMatch(/^(url|file_size|mime_type)/m)
    }
  })
})

describe('a file', () => {
  test('is replaced by another one, whole, and its old one goes', async () => {
    await upload(admin, 'v1.txt', 'version 1', { code: 'plan', title: 'The plan' })
    const before = await assetsOf(server)
    const reply = await put(admin, 'plan', [file('v2.csv', 'version 2')])
    expect([reply.status, reply.json]).toMatchObject([200, { type: 'file', title: 'The plan', fileSize: 9 }])
    expect(reply.json).toMatchObject({ originalFilename: 'v2.csv', mimeType: 'text/csv', sha256: sha256('version 2') })
    expect(await served('plan')).toBe('version 2')
    expect(await assetsOf(server)).toHaveLength(before.length)
  })

  test('of an old form keeps the keys that we do not know', async () => {
    await put(admin, 'old', [file('new.txt', 'the new plan')])
    const table = await tableOf('old')
    expect(table).toMatch(/^clicks = 7$/m)
    expect(table).toMatch(/^tags = \[ "a" \]$/m)
    expect(table).toMatch(/^original_filename = "new.txt"$/m)
    expect(await served('old')).toBe('the new plan')
    expect(await assetsOf(server)).not.toContain('3f_Old_plan.txt')
  })

  test('that two links share stays for the other one', async () => {
    await put(admin, 'second', [file('mine.txt', 'only mine')])
    expect([await served('first'), await served('second')]).toEqual(['one for two', 'only mine'])
  })

  test('stays a file where an .md takes its place, a page where it fits one, and is what its sender says', async () => {
    await upload(admin, 'a.txt', 'x', { code: 'kind' })
    expect((await put(admin, 'kind', [file('a.md', 'x')])).json).toMatchObject({ type: 'file' })
    const asPage = [file('a.md', 'x'), { name: 'type', body: 'markdown' }]
    expect((await put(admin, 'kind', asPage)).json).toMatchObject({ type: 'markdown' })
    expect((await put(admin, 'kind', [file('b.txt', 'x')])).json).toMatchObject({ type: 'markdown' })
    expect((await put(admin, 'kind', [file('b.htm', 'x')])).json).toMatchObject({ type: 'html' })
    expect((await put(admin, 'kind', [file('b.pdf', 'x')])).json).toMatchObject({
      type: 'file',
      mimeType: 'application/pdf',
    })
  })

  test('of somebody else is an admin’s to replace, and stays theirs', async () => {
    await upload(erin, 'hers.txt', 'hers', { code: 'hers' })
    const own = await assetsOf(server)
    expect((await put(admin, 'hers', [file('hers.txt', 'still hers')])).json).toMatchObject({ owner: 'erin' })
    expect((await content(erin, 'hers')).text).toBe('still hers')
    expect(await assetsOf(server, 'erin')).toHaveLength(1)
    expect(await assetsOf(server)).toEqual(own)
  })

  test('whose link is deleted meanwhile is refused, and leaves nothing', async () => {
    await upload(admin, 'brief.txt', 'brief', { code: 'brief' })
    const connection = openSocket(server)
    await connection.send(putHead('brief'))
    await connection.send(chunk(filePartHead('brief.txt')))
    await connection.send(chunk('the new one, of which so far there is only its beginning, as long as it has to be'))
    await eventually(async () => ((await parts()).length > 0 ? true : undefined), 'it to begin')
    await admin.call(api.links.remove, { code: 'brief' })
    const before = await assetsOf(server)
    await connection.send(Buffer.concat([chunk(formTail), chunk('')]))
    await eventually(() => (connection.received.includes('HTTP/1.1 404') ? true : undefined), 'the answer')
    expect(await assetsOf(server)).toEqual(before.filter(name => !name.startsWith('.part-')))
    connection.close()
  })

  test('that is refused leaves the old one serving, and nothing behind', async () => {
    await upload(admin, 'keep.txt', 'keep me', { code: 'keep' })
    const before = await snapshot(path('users'))
    const replies = [
      await put(admin, 'keep', [file('tool.exe', 'x')]),
      await put(admin, 'keep', [file('a.pdf', 'x'), { name: 'type', body: 'markdown' }]),
      await put(admin, 'keep', [file('a.md', 'x'), { name: 'type', body: 'nonsense' }]),
      await put(admin, 'keep', []),
      await put(erin, 'keep', [file('a.txt', 'x')]),
      await put(admin, 'not-there', [file('a.txt', 'x')]),
      await put(server.anyone, 'keep', [file('a.txt', 'x')]),
    ]
    expect(replies.map(reply => reply.status)).toEqual([415, 415, 422, 422, 404, 404, 401])
    expect(await snapshot(path('users'))).toEqual(before)
    expect(await served('keep')).toBe('keep me')
  })

  test('serves until the new one is whole, and for good if that never comes', async () => {
    await upload(admin, 'slow.txt', 'the old one', { code: 'slow' })
    const before = await assetsOf(server)
    const connection = openSocket(server)
    await connection.send(putHead('slow'))
    await connection.send(chunk(filePartHead('slow.txt')))
    await connection.send(chunk('the new one, of which so far there is only its beginning, as long as it has to be'))
    await eventually(async () => ((await assetsOf(server)).length > before.length ? true : undefined), 'it to begin')
    expect(await served('slow')).toBe('the old one')
    connection.close()
    await eventually(
      async () => ((await assetsOf(server)).length === before.length ? true : undefined),
      'it to be gone',
    )
    expect(await served('slow')).toBe('the old one')
    const again = await put(admin, 'slow', [file('slow.txt', 'the new one')])
    expect(again.status).toBe(200)
  })

  test('ten at once leave one of the ten, and one file', async () => {
    await upload(admin, 'race.txt', '0', { code: 'race' })
    const before = await assetsOf(server)
    const bodies = Array.from({ length: 10 }, (_, n) => `version ${n}`)
    const replies = await Promise.all(bodies.map(body => put(admin, 'race', [file('race.txt', body)])))
    expect(replies.map(reply => reply.status)).toEqual(bodies.map(() => 200))
    expect(bodies).toContain(await served('race'))
    expect(await assetsOf(server)).toHaveLength(before.length)
  })
})

describe('a redirect', () => {
  test('is made of a file, which goes to the trash and leaves no orphan', async () => {
    await upload(admin, 'moved.txt', 'moved', { code: 'moved', title: 'Kept' })
    const [before, inTrash] = [await assetsOf(server), await trash()]
    const url = 'https://example.com/moved'
    const link = await admin.call(api.links.update, { code: 'moved', type: 'redirect', url })
    expect(link).toMatchObject({ type: 'redirect', url, title: 'Kept' })
    expect([link.originalFilename, link.fileSize, link.sha256]).toEqual([undefined, undefined, undefined])
    expect(link.createdAt).toBeDefined()
    expect((await server.fetch('/moved')).headers.get('location')).toBe(url)
    expect(await assetsOf(server)).toHaveLength(before.length - 1)
    expect(await trash()).toHaveLength(inTrash.length + 1)
  })

  test('of a page, under a new code at the same time', async () => {
    await admin.call(api.links.create, { type: 'html', content: '<p>', code: 'page-1' })
    const url = 'https://example.com/page'
    const changes = { type: 'redirect', url, newCode: 'page-2' } as const
    expect(await admin.call(api.links.update, { code: 'page-1', ...changes })).toMatchObject({ code: 'page-2', url })
    expect((await server.fetch('/page-1')).status).toBe(404)
  })

  test('needs an address, and an address needs a redirect', async () => {
    const { code } = (await upload(admin, 'b.txt', 'x')).json as Link
    const noAddress = admin.call(api.links.update, { code, type: 'redirect' })
    await expect(noAddress).rejects.toMatchObject({ code: 'invalid_input', errors: [{ path: 'url' }] })
    const noRedirect = admin.call(api.links.update, { code, url: 'https://example.com' })
    await expect(noRedirect).rejects.toMatchObject({ code: 'invalid_input', errors: [{ path: 'url' }] })
    expect(await served(code)).toBe('x')
  })
})
