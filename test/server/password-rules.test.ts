import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { hashPassword } from '../../src-server/users/passwords.ts'
import { crowdAtTheLine } from '../helpers/crowd.ts'
import { listen, sha256, soon, usersToml } from '../helpers/files.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../helpers/server.ts'

/** What checks of hashes have cost: one entry for each, as what has to be spent. */
const work: string[] = []

vi.mock('@node-rs/argon2', async original => {
  const real = await original<typeof import('@node-rs/argon2')>()
  return {
    ...real,
    verify(hash: string, ...rest: never[]) {
      work.push(/\$argon2\w+\$v=19\$([^$]+)/.exec(hash)?.[1] ?? hash)
      return real.verify(hash, ...(rest as unknown as [string]))
    },
  }
})
vi.mock('@node-rs/bcrypt', async original => {
  const real = await original<typeof import('@node-rs/bcrypt')>()
  return {
    ...real,
    verify(password: string, hash: string) {
      work.push(`bcrypt ${hash.slice(4, 6)}`)
      return real.verify(password, hash)
    },
  }
})

let server: TestServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

const start = async (options: TestServerOptions = {}): Promise<TestServer> => {
  server = await startTestServer({ owner: true, ...options })
  return server
}
const usersFile = ({ dataDir }: TestServer) => join(dataDir, 'users', 'users.toml')
const readUsers = (server: TestServer) => readFile(usersFile(server), 'utf8')
const signIn = ({ send }: TestServer, username: string, password: string) =>
  send({
    ...{ method: 'POST', path: '/auth/login', body: JSON.stringify({ username, password }) },
    headers: { 'Content-Type': 'application/json' },
  })

describe('a new password', () => {
  test('is refused, with the reason, wherever it is set, and the old one stays', async () => {
    const server = await start({
      config: '[server]\nname = "Attic box"\n',
      files: { 'users/users.toml': usersToml({ ann: 'password of ann' }) },
      secrets: { saveAdminPassword: async () => {} },
    })
    const refusals = [
      ['password2026!', /everybody tries first/],
      ['attic box 2026', /little more than the name of this Trunk8/],
      ['trunk8 trunk8', /little more than the name of this program/],
      ['é'.repeat(20), /same few characters/],
      ['l’été à la mer '.repeat(60), /more than 1,024 bytes/],
    ] as const
    const [ann, admin] = [await server.as('ann', 'password of ann'), server.desktop]
    for (const [password, message] of refusals) {
      const told = (path: string) => ({
        code: 'invalid_input',
        errors: [{ path, message: expect.stringMatching(message) }],
      })
      const changed = ann.call(api.me.changePassword, { current: 'password of ann', next: password })
      await expect(changed).rejects.toMatchObject(told('next'))
      await expect(admin.call(api.me.changePassword, { next: password })).rejects.toMatchObject(told('next'))
      const made = admin.call(api.users.create, { username: 'bob', password })
      await expect(made).rejects.toMatchObject(told('password'))
      const reset = admin.call(api.users.resetPassword, { name: 'ann', password })
      await expect(reset).rejects.toMatchObject(told('password'))
    }
    const own = admin.call(api.users.create, { username: 'bartholomew', password: 'bartholomew1' })
    await expect(own).rejects.toMatchObject({ errors: [{ message: expect.stringMatching(/the user name/) }] })
    expect(await readUsers(server)).not.toMatch(/bob|bartholomew/)
    await server.as('ann', 'password of ann')
  })

  test('is not asked of links: who hands one out says what opens it', async () => {
    const server = await start()
    const link = { type: 'redirect', url: 'https://example.com', password: 'admin' } as const
    expect((await server.desktop.call(api.links.create, link)).protected).toBe(true)
  })
})

describe('a password that somebody typed into users.toml', () => {
  const typed = '[users.admin]\nis_admin = true\n\n[users.ann]\ndisplay_name = "Ann"\npassword = "what ann will type"\n'

  test('opens, and stands there as a hash alone before anybody can ask', async () => {
    const server = await start({ files: { 'users/users.toml': typed } })
    const text = await readUsers(server)
    expect(text).toMatch(/\[users\.ann\]\ndisplay_name = "Ann"\npassword_hash = "\$argon2id\$/)
    expect(text).not.toContain('what ann will type')
    await server.as('ann', 'what ann will type')
    expect(await readFile(join(server.dataDir, 'logs/app.log'), 'utf8')).not.toContain('what ann will type')
  })

  test('is taken in as the settings say, also while the server runs, and ends the sessions of the one before', async () => {
    const server = await start({
      config: '[passwords]\nhash = "bcrypt"\n',
      files: { 'users/users.toml': usersToml({ ann: 'password of ann' }) },
    })
    const ann = await server.as('ann', 'password of ann')
    const stream = await listen(server, ann)
    await writeFile(usersFile(server), typed)
    await vi.waitFor(async () => expect(await readUsers(server)).toMatch(/password_hash = "\$2b\$12\$/), soon)
    await vi.waitFor(() => expect(stream.hasEnded).toBe(true), soon)
    await expect(ann.call(api.me.get, {})).rejects.toMatchObject({ code: 'sign_in_required' })
    expect(await readUsers(server)).not.toContain('what ann will type')
    await server.as('ann', 'what ann will type')
    expect((await signIn(server, 'ann', 'password of ann')).status).toBe(401)
  })

  test('of the admin goes to where the host keeps it', async () => {
    const kept: string[] = []
    const server = await start({
      files: { 'users/users.toml': '[users.admin]\npassword = "what the admin will type"\n' },
      secrets: { saveAdminPassword: async password => void kept.push(password) },
    })
    expect(kept).toEqual(['what the admin will type'])
    expect(await readUsers(server)).not.toMatch(/password/)
    await server.as('admin', 'what the admin will type')
  })

  test('of the admin counts for nothing where the environment says otherwise, and is gone all the same', async () => {
    const server = await start({
      files: { 'users/users.toml': '[users.admin]\npassword = "what the admin will type"\n' },
      secrets: { adminPasswordFixedBy: 'TRUNK8_ADMIN_PASSWORD sets it' },
    })
    expect(await readUsers(server)).not.toMatch(/password/)
    expect((await signIn(server, 'admin', 'what the admin will type')).status).toBe(401)
    await server.as()
  })

  test('that is no text is told of, and keeps nobody else out', async () => {
    const server = await start({ files: { 'users/users.toml': '[users.ann]\npassword = 12345678901\n' } })
    const { items } = await server.desktop.call(api.problems.list, {})
    expect(items).toMatchObject([{ entry: 'users.ann.password', line: 2 }])
    await server.as()
  })
})

describe('what a refusal costs', () => {
  const hashes = {
    ann: '$2y$10$abcdefghijklmnopqrstuuCj7fyLDJytXL.TfOiOeiv0fQvSOK1/2',
    ben: '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    cat: sha256('of long ago'),
    dan: 'no hash at all',
  }

  test('is the same for everybody, and for a name that nobody has', async () => {
    const rows = Object.entries(hashes).map(([name, hash]) => `[users.${name}]\npassword_hash = "${hash}"\n`)
    const server = await start({ files: { 'users/users.toml': rows.join('\n') } })
    const spent = async (name: string) => {
      work.length = 0
      expect((await signIn(server, name, 'not the one')).status).toBe(401)
      return Math.max(...work.map(it => work.filter(other => other === it).length)) > 0 ? [...work].sort() : []
    }
    const nobody = await spent('nobody')
    expect(nobody).toEqual(['bcrypt 10', 'm=65536,t=2,p=1'])
    for (const name of ['cat', 'dan']) expect(await spent(name)).toEqual(nobody)
    // Who has a hash of one of these forms spends it on that, and the rest as everybody.
    for (const name of ['ann', 'ben']) expect(await spent(name)).toEqual(nobody)
  })
})

test('4 are at it and 32 wait; whoever signs in besides is turned away with 503, and nobody who waits is forgotten', async () => {
  const server = await start({ files: { 'users/users.toml': usersToml({ ann: 'password of ann' }) } })
  const crowd = crowdAtTheLine()
  await expect(hashPassword('one too many', 'bcrypt')).rejects.toMatchObject({ code: 'not_ready' })
  const turnedAway = await signIn(server, 'ann', 'password of ann')
  expect([turnedAway.status, turnedAway.headers['retry-after']]).toEqual([503, '2'])
  expect(await crowd.sendHome()).toBe(36)
  await server.as('ann', 'password of ann')
})
