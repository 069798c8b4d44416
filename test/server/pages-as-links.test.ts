import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, type Link } from '../../src-server/contract/index.ts'
import { assetsOf, post, sha256, snapshot, upload, usersToml } from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let admin: SignedIn
let erin: SignedIn

beforeAll(async () => {
  server = await startTestServer({
    owner: true,
    files: {
      'users/users.toml': usersToml({ erin: 'erin', ben: 'ben' }),
      'users/ben/links.toml': '[links.broken\n',
    },
  })
  admin = await server.as()
  erin = await server.as('erin', 'erin')
})
afterAll(() => server.stop())

const path = (...names: string[]) => join(server.dataDir, ...names)
const linksToml = (owner = 'admin') => readFile(path('users', owner, 'links.toml'), 'utf8')
const source = async (client: SignedIn, code: string) =>
  (await client.send({ path: `/api/v1/links/${encodeURIComponent(code)}/content` })).text
const tableOf = async (code: string, owner?: string) =>
  (await linksToml(owner)).split(`[links.${code}]\n`)[1]?.split('\n[')[0] ?? ''
const keysOf = (table: string) => [...table.matchAll(/^(\w+) = /gm)].map(([, key]) => key)

describe('text that is typed', () => {
  test.each([
    ['markdown', 'md', '# Zoë’s notes\r\n\r\n- [ ] bread\n'],
    ['html', 'html', '<h1>Hi</h1><script>document.write(1)</script>\n'],
  ] as const)('becomes a %s link, kept as it was typed and written as upstream does', async (type, ending, content) => {
    const code = `typed-${ending}`
    const expiresAt = '2089-12-31T23:59:00.000Z'
    const link = await admin.call(api.links.create, { type, content, code, title: 'A page', expiresAt })
    expect(link).toMatchObject({ type, owner: 'admin', code, title: 'A page', originalFilename: `${code}.${ending}` })
    expect(link).toMatchObject({ sha256: sha256(content), expiresAt })
    expect(await source(admin, code)).toBe(content)

    const table = await tableOf(code)
    expect(keysOf(table)).toEqual([
      ...['type', 'expiration_date', 'path', 'original_filename', 'upload_date'],
      ...['title', 'sha256'],
    ])
    expect(table).toMatch(/^upload_date = "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?"$/m)
    const asset = /^path = "(.*)"$/m.exec(table)?.[1] ?? ''
    expect(asset).toMatch(new RegExp(`^[0-9a-f-]{36}\\.${ending}$`))
    expect(await readFile(path('users', 'admin', 'assets', asset), 'utf8')).toBe(content)
  })

  test('may be empty, and may be two million characters of any script', async () => {
    const empty = await admin.call(api.links.create, { type: 'markdown', content: '' })
    expect(await source(admin, empty.code)).toBe('')
    const content = '文'.repeat(2 * 1024 * 1024)
    const long = await admin.call(api.links.create, { type: 'markdown', content })
    expect(sha256(await source(admin, long.code))).toBe(sha256(content))
  })

  test('leaves nothing behind where it is refused', async () => {
    const before = await snapshot(path('users'))
    const page = { type: 'markdown', content: 'text' } as const
    const tooLong = await admin.send({
      method: 'POST',
      path: '/api/v1/links',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...page, content: 'x'.repeat(2 * 1024 * 1024 + 1) }),
    })
    expect(tooLong.status).toBe(422)
    for (const [given, code] of [
      [{ ...page, code: 'typed-md' }, 'code_taken'],
      [{ ...page, code: 'admin' }, 'invalid_input'],
      [{ ...page, owner: 'nobody' }, 'invalid_input'],
      [{ ...page, owner: 'ben' }, 'file_broken'],
    ] as const) {
      const reply = await admin.send({
        method: 'POST',
        path: '/api/v1/links',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(given),
      })
      expect(reply.json).toMatchObject({ code })
    }
    expect(await snapshot(path('users'))).toEqual(before)
    // A code that was held for it is free again.
    await admin.call(api.links.create, { ...page, code: 'still-free' })
  })
})

describe('a file that is sent as a page', () => {
  test.each([
    ['markdown', 'notes.md', 'markdown', 'md'],
    ['markdown', 'Notes.MARKDOWN', 'markdown', 'md'],
    ['markdown', 'notes.txt', 'markdown', 'md'],
    ['markdown', 'page.html', 'html', 'html'],
    ['markdown', 'page.htm', 'html', 'html'],
    ['html', 'page.htm', 'html', 'html'],
  ])('as %s: %s becomes a %s link stored as .%s', async (sentAs, filename, type, ending) => {
    const reply = await upload(admin, filename, 'some text', { type: sentAs })
    expect(reply.status).toBe(201)
    const link = reply.json as Link
    expect(link).toMatchObject({ type, originalFilename: filename, sha256: sha256('some text') })
    const table = await tableOf(link.code)
    expect(keysOf(table)).toEqual(['type', 'path', 'original_filename', 'upload_date', 'sha256'])
    expect(table).toMatch(new RegExp(`^path = "[0-9a-f-]{36}\\.${ending}"$`, 'm'))
    expect(await source(admin, link.code)).toBe('some text')
  })

  test('may say so after its bytes', async () => {
    const reply = await post(admin, [
      { name: 'file', filename: 'notes.md', body: 'text' },
      { name: 'type', body: 'markdown' },
    ])
    expect(reply.json).toMatchObject({ type: 'markdown' })
  })

  test.each([
    ['markdown', 'tool.pdf'],
    ['markdown', 'no-extension'],
    ['html', 'notes.md'],
    ['html', 'notes.txt'],
  ])('as %s: %s is refused, and nothing of it stays', async (type, filename) => {
    const before = await snapshot(path('users'))
    for (const reply of [
      await upload(admin, filename, 'text', { type, code: 'refused' }),
      await post(admin, [
        { name: 'file', filename, body: 'text' },
        { name: 'type', body: type },
      ]),
    ]) {
      expect([reply.status, reply.json]).toMatchObject([415, { code: 'file_type_not_allowed' }])
    }
    expect(await snapshot(path('users'))).toEqual(before)
  })
})

describe('a link for somebody else', () => {
  test('is an admin’s to make: a redirect, a page, a file', async () => {
    const redirect = await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', owner: 'erin' })
    const page = await admin.call(api.links.create, { type: 'html', content: '<p>hi', owner: 'erin' })
    expect([redirect.owner, page.owner]).toEqual(['erin', 'erin'])
    expect(await source(erin, page.code)).toBe('<p>hi')
    const file = (await upload(admin, 'a.txt', 'text', { owner: 'erin' })).json as Link
    expect(file.owner).toBe('erin')
    expect(await erin.call(api.links.get, { code: file.code })).toMatchObject({ originalFilename: 'a.txt' })
  })

  test('may say whose after the file, which then lies in the right folder', async () => {
    const before = await assetsOf(server)
    const reply = await post(admin, [
      { name: 'file', filename: 'late.txt', body: 'late' },
      { name: 'owner', body: 'erin' },
    ])
    const link = reply.json as Link
    expect(link).toMatchObject({ owner: 'erin' })
    expect(await (await server.fetch(`/${link.code}`)).text()).toBe('late')
    expect(await assetsOf(server)).toEqual(before)
  })

  test('is refused to a user, whoever it is for, in every form', async () => {
    const before = await snapshot(path('users'))
    for (const owner of ['admin', 'nobody']) {
      const redirect = erin.call(api.links.create, { type: 'redirect', url: 'https://example.com', owner })
      await expect(redirect).rejects.toMatchObject({ code: 'not_allowed' })
      const page = erin.call(api.links.create, { type: 'markdown', content: 'x', owner })
      await expect(page).rejects.toMatchObject({ code: 'not_allowed' })
      for (const reply of [
        await upload(erin, 'a.txt', 'text', { owner }),
        await post(erin, [
          { name: 'file', filename: 'a.txt', body: 'text' },
          { name: 'owner', body: owner },
        ]),
      ]) {
        expect(reply.json).toMatchObject({ code: 'not_allowed' })
      }
    }
    expect(await snapshot(path('users'))).toEqual(before)
    expect(await erin.call(api.links.create, { type: 'markdown', content: 'x', owner: 'erin' })).toMatchObject({
      owner: 'erin',
    })
  })

  test('needs a user who is there', async () => {
    const create = admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', owner: '__proto__' })
    await expect(create).rejects.toMatchObject({ code: 'invalid_input', errors: [{ path: 'owner' }] })
    expect((await upload(admin, 'a.txt', 'x', { owner: 'constructor' })).status).toBe(422)
    expect(await readdir(path('users'))).not.toContain('constructor')
  })

  test('takes a file of this computer too', async () => {
    const given = { path: path('users', 'users.toml'), name: 'list.txt', owner: 'erin' }
    const transfer = await server.desktop.call(api.transfers.import, given)
    expect(transfer.owner).toBe('erin')
    await expect
      .poll(() => erin.call(api.links.get, { code: transfer.code }).catch(() => undefined), { timeout: 5000 })
      .toMatchObject({ owner: 'erin', originalFilename: 'list.txt' })
    await expect(server.desktop.call(api.transfers.import, { ...given, owner: 'nobody' })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })
})
