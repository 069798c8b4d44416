import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { actAsHeader, api, eventsPath } from '../../src-server/contract/index.ts'
import { assetsOf, listen, soon, upload, usersToml } from '../helpers/files.ts'
import { actingAs, type Client, type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let admin: SignedIn
let ann: SignedIn
let gina: SignedIn

beforeAll(async () => {
  const rows = usersToml({ ann: 'password of ann', constructor: 'x' })
  const more = '\n[users."zoë"]\ndisplay_name = "Zoë"\n\n[users.gina]\nis_admin = true\n'
  const hash = /password_hash = ".*"/.exec(rows)?.[0] ?? ''
  server = await startTestServer({ owner: true, files: { 'users/users.toml': `${rows}${more}${hash}\n` } })
  admin = await server.as()
  ann = await server.as('ann', 'password of ann')
  gina = await server.as('gina', 'password of ann')
})
afterAll(() => server.stop())

const readAudit = async (): Promise<Record<string, unknown>[]> => {
  const text = await readFile(join(server.dataDir, 'logs', 'audit.jsonl'), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
}
const redirect = (client: Client, code: string) =>
  client.call(api.links.create, { type: 'redirect', url: 'https://example.com/', code })

describe('an admin who acts as another user', () => {
  test('is told in whose name, and by whom', async () => {
    expect(await actingAs(admin, 'ann').call(api.sessions.get, {})).toEqual({
      user: { username: 'ann', displayName: 'ann', isAdmin: false },
      csrfToken: admin.csrfToken,
      actingAs: 'ann',
      actor: 'admin',
    })
  })

  test('makes links and files that are the user’s', async () => {
    const asAnn = actingAs(admin, 'ann')
    expect((await redirect(asAnn, 'made-for-ann')).owner).toBe('ann')
    expect((await upload(asAnn, 'notes.txt', 'for ann', { code: 'file-for-ann' })).status).toBe(201)
    const own = await ann.call(api.links.list, {})
    expect(own.items.map(({ code }) => code).sort()).toEqual(['file-for-ann', 'made-for-ann'])
    expect(await assetsOf(server, 'ann')).toHaveLength(1)
    expect(await readFile(join(server.dataDir, 'users/ann/links.toml'), 'utf8')).toContain('[links.made-for-ann]')
  })

  test('drops files of this computer into the user’s folder', async () => {
    const path = join(server.dataDir, 'dropped.txt')
    await writeFile(path, 'dropped')
    const { code, owner } = await actingAs(server.desktop, 'ann').call(api.transfers.import, { path })
    expect(owner).toBe('ann')
    await vi.waitFor(async () => expect((await ann.call(api.links.get, { code })).owner).toBe('ann'), soon)
  })

  test('chooses looks and makes backups that are the user’s', async () => {
    const asAnn = actingAs(admin, 'ann')
    await asAnn.call(api.settings.update, { theme: 'darkly' })
    expect((await ann.call(api.settings.get, {})).own.theme).toBe('darkly')
    expect((await admin.call(api.settings.get, {})).appearance.ui.theme).toBe('cerulean')
    expect((await asAnn.call(api.backups.store, {})).owner).toBe('ann')
    await vi.waitFor(
      async () => expect(await ann.call(api.backups.list, {})).toMatchObject({ items: [{ user: 'ann' }] }),
      soon,
    )
    await expect(asAnn.call(api.backups.store, { user: '*' })).rejects.toMatchObject({ code: 'not_allowed' })
    await expect(asAnn.call(api.users.list, {})).rejects.toMatchObject({ code: 'not_allowed' })
  })

  test('sees what the user sees, and no more', async () => {
    await redirect(admin, 'of-admin')
    const asAnn = actingAs(admin, 'ann')
    expect((await asAnn.call(api.links.list, {})).items.map(({ owner }) => owner)).not.toContain('admin')
    await expect(asAnn.call(api.links.get, { code: 'of-admin' })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('does so from the desktop window as well', async () => {
    const asAnn = actingAs(server.window, 'ann')
    expect(await asAnn.call(api.sessions.get, {})).toMatchObject({ actingAs: 'ann', actor: 'admin' })
    expect((await redirect(asAnn, 'from-the-window')).owner).toBe('ann')
  })

  test.each(['zoë', 'constructor'])('can be %s, whose name is an odd one', async name => {
    expect((await actingAs(admin, name).call(api.sessions.get, {})).user.username).toBe(name)
  })

  test('may send the name as it is written', async () => {
    const raw = Buffer.from('zoë').toString('latin1')
    const reply = await admin.send({ path: '/api/v1/session', headers: { [actAsHeader]: raw } })
    expect(reply.json).toMatchObject({ actingAs: 'zoë' })
  })

  test('hears what the user hears', async () => {
    const [asAnn, asAdmin] = [await listen(server, admin, { [actAsHeader]: 'ann' }), await listen(server, admin)]
    await redirect(admin, 'heard-by-admin')
    await redirect(ann, 'heard-by-both')
    const codes = ({ heard }: typeof asAnn) => heard.map(({ data }) => ('code' in data ? data.code : ''))
    await vi.waitFor(() => expect(codes(asAdmin)).toEqual(['heard-by-admin', 'heard-by-both']), soon)
    await vi.waitFor(() => expect(codes(asAnn)).toEqual(['heard-by-both']), soon)
    asAnn.stop()
    asAdmin.stop()
  })

  test('is themselves under their own name', async () => {
    expect(await actingAs(gina, 'gina').call(api.sessions.get, {})).toMatchObject({ actingAs: null, actor: null })
    expect(await actingAs(ann, 'ann').call(api.sessions.get, {})).toMatchObject({ actingAs: null, actor: null })
  })

  test('stays signed in as themselves', async () => {
    await actingAs(admin, 'ann').call(api.sessions.get, {})
    expect((await admin.call(api.sessions.get, {})).user.username).toBe('admin')
  })

  test('needs the token of their session for every change, as ever', async () => {
    const headers = { Cookie: admin.cookie, [actAsHeader]: 'ann' }
    const reply = await server.send({ method: 'DELETE', path: '/api/v1/links/made-for-ann', headers })
    expect([reply.status, reply.json]).toMatchObject([403, { code: 'csrf' }])
  })
})

describe('acting as another user is refused', () => {
  test.each(['admin', 'gina', 'no-such-user'])('to a user who is no admin and names %s', async name => {
    for (const path of ['/api/v1/session', '/api/v1/links', eventsPath]) {
      const reply = await actingAs(ann, name).send({ path })
      expect([reply.status, reply.json]).toMatchObject([403, { code: 'not_allowed' }])
    }
  })

  test('as somebody who is not there', async () => {
    for (const name of ['no-such-user', '__proto__', 'toString', '../ann', '%']) {
      const reply = await actingAs(admin, name).send({ path: '/api/v1/session' })
      expect([name, reply.status, reply.json]).toMatchObject([name, 404, { code: 'not_found' }])
    }
  })

  test('to nobody: a stranger with the header is a stranger', async () => {
    const reply = await actingAs(server.anyone, 'ann').send({ path: '/api/v1/session' })
    expect(reply.status).toBe(401)
  })
})

describe('the audit trail', () => {
  test('tells once that an admin began, and each change with its method and path', async () => {
    const before = (await readAudit()).length
    const asZoe = actingAs(gina, 'zoë')
    await asZoe.call(api.sessions.get, {})
    await redirect(asZoe, 'for-zoe')
    await asZoe.call(api.links.get, { code: 'for-zoe' })
    await asZoe.call(api.links.remove, { code: 'for-zoe' })
    const person = { at: expect.any(String), actor: 'gina', actingAs: 'zoë', from: '127.0.0.1' }
    expect((await readAudit()).slice(before)).toEqual([
      { ...person, action: 'act_as', target: 'zoë' },
      { ...person, action: 'act_as_change', target: 'POST /api/v1/links' },
      { ...person, action: 'act_as_change', target: 'DELETE /api/v1/links/for-zoe' },
    ])
  })

  test('can be read by its owner alone', async () => {
    const { mode } = await stat(join(server.dataDir, 'logs', 'audit.jsonl'))
    expect(mode & 0o777).toBe(0o600)
  })

  test('loses no line to one that a crash cut short', async () => {
    const path = join(server.dataDir, 'logs', 'audit.jsonl')
    await appendFile(path, '{"at":"2026-')
    await actingAs(admin, 'constructor').call(api.links.list, {})
    await redirect(actingAs(admin, 'constructor'), 'after-the-crash')
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    expect(lines.at(-2)).toBe('{"at":"2026-')
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ action: 'act_as_change', actingAs: 'constructor' })
  })
})
