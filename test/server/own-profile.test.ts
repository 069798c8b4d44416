import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { listen, soon, usersToml } from '../helpers/files.ts'
import { actingAs, startTestServer, type TestServer, type TestServerOptions } from '../helpers/server.ts'

let server: TestServer
afterEach(() => server.stop())

const start = async (secrets?: TestServerOptions['secrets']) => {
  const files = { 'users/users.toml': usersToml({ ann: 'password of ann' }) }
  server = await startTestServer({ owner: true, files, ...(secrets && { secrets }) })
}
const asAnn = (password = 'password of ann') => server.as('ann', password)
const refused = { code: 'bad_credentials' }

describe('one’s own profile', () => {
  test('says who one is and what one has', async () => {
    await start()
    const ann = await asAnn()
    await ann.call(api.links.create, { type: 'redirect', url: 'https://example.com' })
    expect(await ann.call(api.me.get, {})).toEqual({
      ...{ username: 'ann', displayName: 'ann', isAdmin: false, links: 1, bytes: 0 },
      ...{ asksCurrentPassword: true, shortestPassword: 12 },
    })
  })

  test('takes another name', async () => {
    await start()
    const ann = await asAnn()
    expect((await ann.call(api.me.update, { displayName: '  Ann A. ' })).displayName).toBe('Ann A.')
    expect((await ann.call(api.sessions.get, {})).user.displayName).toBe('Ann A.')
    for (const displayName of [' ', 'two\nlines', 'x'.repeat(101)]) {
      await expect(ann.call(api.me.update, { displayName })).rejects.toMatchObject({ code: 'invalid_input' })
    }
    const admin = await server.as()
    await admin.call(api.me.update, { displayName: 'Boss' })
    expect(await readFile(join(server.dataDir, 'users', 'users.toml'), 'utf8')).toContain('display_name = "Boss"')
  })

  test('makes nobody an admin', async () => {
    await start()
    const ann = await asAnn()
    const body = JSON.stringify({ isAdmin: true, is_admin: true, username: 'admin' })
    await ann.send({ method: 'PATCH', path: '/api/v1/me', body, headers: { 'Content-Type': 'application/json' } })
    expect(await ann.call(api.me.get, {})).toMatchObject({ username: 'ann', isAdmin: false })
  })
})

describe('one’s own password', () => {
  const next = 'another password of ann'

  test('changes, and the other sessions end', async () => {
    await start()
    const [ann, other] = [await asAnn(), await asAnn()]
    const others = await listen(server, other)
    await ann.call(api.me.changePassword, { current: 'password of ann', next })
    expect((await ann.call(api.me.get, {})).username).toBe('ann')
    await expect(other.call(api.me.get, {})).rejects.toMatchObject({ code: 'sign_in_required' })
    await vi.waitFor(() => expect(others.hasEnded).toBe(true), soon)
    await expect(asAnn()).rejects.toMatchObject(refused)
    const trail = await readFile(join(server.dataDir, 'logs', 'audit.jsonl'), 'utf8')
    expect(trail).toContain('"actor":"ann","action":"password_changed"')
    expect(trail).not.toContain(next)
    await server.restart()
    await asAnn(next)
  })

  test('gives the session in which it changes another id and token: the old ones are worth nothing', async () => {
    await start()
    const ann = await asAnn()
    const before = { Cookie: ann.cookie, 'X-Trunk8-CSRF': ann.csrfToken }
    await ann.call(api.me.changePassword, { current: 'password of ann', next })
    expect((await server.send({ path: '/api/v1/session', headers: before })).status).toBe(401)
    const mixed = await ann.send({
      method: 'POST',
      path: '/auth/logout',
      headers: { 'X-Trunk8-CSRF': before['X-Trunk8-CSRF'] },
    })
    expect([mixed.status, mixed.json]).toMatchObject([403, { code: 'csrf' }])
    const stream = await listen(server, ann)
    await ann.call(api.me.update, { displayName: 'Ann again' })
    expect(stream.hasEnded).toBe(false)
    stream.stop()
  })

  test('stays without the present one', async () => {
    await start()
    const ann = await asAnn()
    for (const current of ['wrong', '', undefined]) {
      const change = ann.call(api.me.changePassword, { current, next })
      await expect(change).rejects.toMatchObject({ code: 'wrong_password', message: expect.any(String) })
    }
    await asAnn()
    expect(await readFile(join(server.dataDir, 'logs', 'app.log'), 'utf8')).toMatch(
      /WARNING: Failed password change of ann from 127\.0\.0\.1/,
    )
  })

  test('stays where the new one is too short, and the field is named', async () => {
    await start()
    const ann = await asAnn()
    const change = ann.call(api.me.changePassword, { current: 'password of ann', next: '   short      ' })
    await expect(change).rejects.toMatchObject({ code: 'invalid_input', errors: [{ path: 'next' }] })
    await asAnn()
  })

  test('is not changed by an admin who acts as them', async () => {
    await start()
    for (const admin of [await server.as(), server.window]) {
      const acting = actingAs(admin, 'ann')
      expect((await acting.call(api.me.get, {})).passwordFixedBy).toMatch(/reset under People/)
      const change = acting.call(api.me.changePassword, { current: 'password of ann', next })
      await expect(change).rejects.toMatchObject({ code: 'not_allowed' })
    }
    await asAnn()
  })
})

describe('the admin’s password', () => {
  const next = 'another password of the admin'

  test('counts once the host has kept it, and no sooner', async () => {
    const kept: string[] = []
    let letGo = () => {}
    const keeping = new Promise<void>(resolve => {
      letGo = resolve
    })
    await start({
      saveAdminPassword: async password => {
        await keeping
        kept.push(password)
      },
    })
    const admin = await server.as()
    expect(await admin.call(api.me.get, {})).toMatchObject({ asksCurrentPassword: true })
    expect((await admin.call(api.me.get, {})).passwordFixedBy).toBeUndefined()
    const changing = admin.call(api.me.changePassword, { current: server.adminPassword, next })
    await expect(server.as('', next)).rejects.toMatchObject(refused)
    await server.as()
    letGo()
    await changing
    expect(kept).toEqual([next])
    await server.as('', next)
    await expect(server.as()).rejects.toMatchObject(refused)
    expect(await readFile(join(server.dataDir, 'users', 'users.toml'), 'utf8')).not.toMatch(/argon2|another/)
  })

  test('stays where the host cannot keep another', async () => {
    await start({ saveAdminPassword: () => Promise.reject(new Error('the keychain is locked')) })
    const admin = await server.as()
    const change = admin.call(api.me.changePassword, { current: server.adminPassword, next })
    await expect(change).rejects.toMatchObject({ code: 'internal', message: expect.stringMatching(/old one stays/) })
    await expect(server.as('', next)).rejects.toMatchObject(refused)
    await server.as()
  })

  test('is not changed where something else sets it, and one is told what', async () => {
    const save = vi.fn(async () => {})
    await start({ saveAdminPassword: save, adminPasswordFixedBy: 'TRUNK8_ADMIN_PASSWORD sets it' })
    const admin = await server.as()
    expect((await admin.call(api.me.get, {})).passwordFixedBy).toBe('TRUNK8_ADMIN_PASSWORD sets it')
    const change = admin.call(api.me.changePassword, { current: server.adminPassword, next })
    await expect(change).rejects.toMatchObject({ code: 'not_allowed', message: expect.stringMatching(/TRUNK8_ADMIN/) })
    expect(save).not.toHaveBeenCalled()
  })

  test('is not asked for at the owner’s own window', async () => {
    const kept: string[] = []
    await start({ saveAdminPassword: async password => void kept.push(password) })
    const remote = await server.as()
    expect((await server.window.call(api.me.get, {})).asksCurrentPassword).toBe(false)
    await server.window.call(api.me.changePassword, { next })
    expect(kept).toEqual([next])
    await expect(remote.call(api.me.get, {})).rejects.toMatchObject({ code: 'sign_in_required' })
    await server.as('', next)
  })

  test('of another admin is their own, like everybody’s', async () => {
    await start({ adminPasswordFixedBy: 'something sets it' })
    const admin = await server.as()
    await admin.call(api.users.update, { name: 'ann', isAdmin: true })
    const ann = await asAnn()
    await ann.call(api.me.changePassword, { current: 'password of ann', next })
    await asAnn(next)
  })
})
