import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  actAsHeader,
  api,
  backupFilePath,
  contentPath,
  linkExports,
  type Route,
} from '../../src-server/contract/index.ts'
import { multipart, type Part, sha256, snapshot, upload, usersToml } from '../helpers/files.ts'
import { actingAs, type Client, type RawReply, startTestServer, type TestServer } from '../helpers/server.ts'

/**
 * What is one user's is nobody else's: every call there is, with another's codes, ids and names in every place where one
 * can be put. A call that is added to `api` is tried from that day on.
 */
const names = ['ann', 'bob', 'carl'] as const
type Name = (typeof names)[number]
const passwordOf = (name: string) => `the password of ${name}`
/** Stands in whatever is the user's, and in nothing that a request names. */
const markOf = (name: string) => `only-for-${name}-f3a9`

interface Things {
  readonly name: Name
  readonly codes: readonly string[]
  readonly backup: string
  readonly upload: string
  readonly job: string
  readonly transfer: string
}

let server: TestServer
let things: Readonly<Record<Name, Things>>
let ann: Client | undefined

const signIn = (name: string) => server.as(name, passwordOf(name))

beforeAll(async () => {
  const users = usersToml(Object.fromEntries(names.map(name => [name, passwordOf(name)])))
  server = await startTestServer({ owner: true, files: { 'users/users.toml': users } })
  things = Object.fromEntries(await Promise.all(names.map(async name => [name, await furnish(name)]))) as typeof things
})
afterAll(() => server.stop())

/** Gives a user one of everything. */
async function furnish(name: Name): Promise<Things> {
  const user = await signIn(name)
  const mark = markOf(name)
  const codes = ['hop', 'page', 'file', 'trashed'].map(kind => `${kind}-${name}`)
  const [hop, page, file, trashed] = codes
  await user.call(api.links.create, { type: 'redirect', url: `https://example.com/${mark}`, code: hop, title: mark })
  await user.call(api.links.create, { type: 'markdown', content: `# ${mark}`, code: page, title: mark })
  await upload(user, `${mark}.txt`, mark, { code: file ?? '' })
  await upload(user, `${mark}-old.txt`, mark, { code: trashed ?? '' })
  await user.call(api.links.remove, { code: trashed ?? '' })
  const { id: job } = await user.call(api.backups.store, {})
  const { backup } = await vi.waitFor(async () => {
    const done = (await user.call(api.jobs.list, {})).items.find(it => it.id === job && it.state === 'done')
    if (!done) throw new Error('The backup is not there yet')
    return done
  }, 15_000)
  const path = backupFilePath(backup ?? '')
  const zip = Buffer.from(await (await server.fetch(path, { headers: { Cookie: user.cookie } })).arrayBuffer())
  const form = [
    { name: 'dryRun', body: 'true' },
    { name: 'file', filename: 'mine.zip', body: zip },
  ]
  const tried = await send(user, 'POST', api.backups.restore.path, form)
  const transfer = (await user.call(api.transfers.list, {})).items.find(it => it.code === file)
  const made = { backup: backup ?? '', upload: api.backups.restore.output.parse(tried.json).upload ?? '' }
  for (const value of Object.values(made)) expect(value).not.toBe('')
  return { name, codes, job, transfer: transfer?.id ?? '', ...made }
}

function send(client: Client, method: string, path: string, body?: object | readonly Part[]): Promise<RawReply> {
  if (Array.isArray(body)) {
    const form = multipart(body)
    return client.send({ method, path, body: form.body, headers: { 'Content-Type': form.type } })
  }
  if (body === undefined) return client.send({ method, path })
  return client.send({ method, path, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
}

/** All that lies on the disk of these users: their folders, their backup, and what they have in the trash. */
const filesOf = async (...owners: readonly Name[]): Promise<string[]> => {
  const trash = await snapshot(join(server.dataDir, 'state', 'trash'))
  const each = owners.map(async name => [
    ...(await snapshot(join(server.dataDir, 'users', name))).map(line => `${name}: ${line}`),
    `${name}: backup ${sha256(await readFile(join(server.dataDir, 'backups', things[name].backup)))}`,
    ...trash.filter(line => line.endsWith(sha256(markOf(name)))).map(line => `${name}: trash ${line}`),
  ])
  return (await Promise.all(each)).flat()
}

/** Every field that a call may have, filled with what is the other's. */
function hostileInputs(own: Things, other: Things): Record<string, unknown>[] {
  const [hop, , file] = other.codes
  const all = {
    ...{ code: hop, newCode: file, codes: other.codes, q: markOf(other.name) },
    ...{ owner: other.name, user: other.name, username: other.name, name: other.name, id: other.job },
    ...{ url: 'https://evil.example/', content: 'overwritten', title: 'overwritten', displayName: 'Overwritten' },
    ...{ type: 'redirect', enabled: false, expiresAt: '2099-01-01T00:00:00Z', isAdmin: true, mode: 'replace' },
    ...{ format: 'csv', text: `code,type,url\n${hop},redirect,https://evil.example/\n`, path: '/etc/hostname' },
    ...{ password: 'a password of some length', next: 'a password of some length', theme: 'darkly', dryRun: false },
  }
  const actions = ['delete', 'expire', 'enable', 'disable', 'restore'].map(action => ({ ...all, action }))
  const restores = [{ backup: other.backup }, { upload: other.upload }, { backup: own.backup }]
  const everybody = { ...all, user: '*', owner: '*', backup: other.backup }
  return [...actions, ...restores.map(it => ({ ...all, ...it })), everybody, { ...all, type: 'markdown' }]
}

const queryOf = (input: Record<string, unknown>) =>
  new URLSearchParams(
    Object.entries(input).flatMap(([name, value]) => (Array.isArray(value) ? [] : [[name, `${value}`]])),
  )

const routes: [name: string, route: Route][] = Object.entries(api).flatMap(([feature, calls]) =>
  Object.entries(calls).map(([name, route]): [string, Route] => [`${feature}.${name}`, route]),
)

/** The calls that answer with 200 whatever code is asked about: they say no more than whether it is free. */
const tellsOnlyIfTaken = ['links.check']

const attacks: readonly (readonly [who: string, own: Name, other: Name, isActing: boolean])[] = [
  ['ann', 'ann', 'bob', false],
  ['bob', 'bob', 'carl', false],
  ['carl', 'carl', 'ann', false],
  ['an admin who acts as ann', 'ann', 'bob', true],
]

describe.each(attacks)('%s', (_, own, other, isActing) => {
  let client: Client | undefined
  /** Signed in, again where a call has ended the session. */
  const open = async (): Promise<Client> => {
    if (client && (await client.send({ path: api.sessions.get.path })).status === 200) return client
    client = isActing ? actingAs(await server.as(), own) : await signIn(own)
    return client
  }
  let before: readonly string[] = []
  const others = names.filter(name => name !== own)
  beforeEach(async () => {
    before = await filesOf(...others)
    // Links, three files, a backup and a file in the trash for each of the two.
    expect(before.length).toBeGreaterThanOrEqual(10)
  })

  async function expectNothing(reply: RawReply, what: string): Promise<void> {
    expect(reply.status, what).toBeLessThan(500)
    for (const name of others) expect(reply.text, what).not.toContain(markOf(name))
  }
  const expectUntouched = async () => expect(await filesOf(...others)).toEqual(before)

  test.each(routes.filter(([, { access }]) => access !== 'anyone'))('%s: nothing of another', async (name, route) => {
    const client = await open()
    const { codes, backup, job, transfer, upload } = things[other]
    const values = route.path.includes(':') ? [...codes, backup, upload, job, transfer, other] : ['']
    const [first, ...more] = hostileInputs(things[own], things[other])
    const isGet = route.method === 'GET'
    for (const value of values) {
      const path = route.path.replace(/:\w+/, encodeURIComponent(value))
      const statuses = new Set<number>()
      for (const input of value === '' ? [first, ...more] : [first, more.at(-1)]) {
        const reply = await (isGet
          ? send(client, 'GET', `${path}?${queryOf(input ?? {})}`)
          : send(client, route.method, path, input))
        await expectNothing(reply, `${route.method} ${path} → ${reply.status} ${reply.text}`)
        statuses.add(reply.status)
        if (value === '' && isGet)
          for (const own of [...codes, job, transfer, backup]) expect(reply.text).not.toContain(own)
      }
      if (value === '' || tellsOnlyIfTaken.includes(name)) continue
      expect(
        [...statuses].filter(status => ![403, 404, 422].includes(status)),
        path,
      ).toEqual([])
      expect(statuses.has(403) || statuses.has(404), `${path} is refused because of whose it is`).toBe(true)
    }
    await expectUntouched()
  })

  test('the source of a page and the bytes of a file are nobody else’s to read or replace', async () => {
    const client = await open()
    for (const code of things[other].codes) {
      const path = contentPath(code)
      const form = [
        { name: 'type', body: 'markdown' },
        { name: 'file', filename: 'x.md', body: 'overwritten' },
      ]
      for (const reply of [
        await send(client, 'GET', path),
        await send(client, 'HEAD', path),
        await send(client, 'PUT', path, form),
        await send(client, 'PUT', path, { content: 'overwritten' }),
      ]) {
        expect([code, reply.status]).toEqual([code, 404])
        await expectNothing(reply, path)
      }
    }
    await expectUntouched()
  })

  test('an upload gets into nobody else’s folder, and takes nobody’s code', async () => {
    const client = await open()
    const owned = await upload(client, 'x.txt', 'planted', { owner: other })
    expect([owned.status, owned.json]).toMatchObject([403, { code: 'not_allowed' }])
    for (const code of things[other].codes.slice(0, 3)) {
      const taken = await upload(client, 'x.txt', 'planted', { code })
      expect([taken.status, taken.json]).toMatchObject([409, { code: 'code_taken' }])
      await expectNothing(taken, code)
    }
    await expectUntouched()
  })

  test('an exported list holds nothing of another', async () => {
    const client = await open()
    for (const format of ['csv', 'json']) {
      for (const query of ['', `&owner=${other}`, `&owner=*`, `&q=${markOf(other)}`, '&owner=admin']) {
        const reply = await send(client, 'GET', `${linkExports.path}?format=${format}${query}`)
        await expectNothing(reply, query)
        for (const code of things[other].codes) expect(reply.text).not.toContain(code)
      }
    }
  })

  test('a backup of another is neither made, read nor restored', async () => {
    const client = await open()
    for (const user of [other, '*', 'admin']) {
      const reply = await send(client, 'POST', api.backups.list.path, { user })
      expect([403, 404]).toContain(reply.status)
      await expectNothing(reply, user)
    }
    const file = await send(client, 'GET', backupFilePath(things[other].backup))
    expect(file.status).toBe(404)
    const zip = { name: 'file', filename: 'x.zip', body: Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1') }
    const form = [{ name: 'user', body: other }, { name: 'mode', body: 'replace' }, zip]
    expect((await send(client, 'POST', api.backups.restore.path, form)).status).toBeGreaterThanOrEqual(400)
    await expectUntouched()
  })
})

test.each(routes)('%s: whoever is no admin acts as nobody else', async (_, route) => {
  ann ??= await signIn('ann')
  const before = await filesOf('bob', 'carl')
  for (const victim of ['bob', 'admin']) {
    const path = route.path.replace(/:\w+/, things.bob.codes[0] ?? '')
    const headers = { [actAsHeader]: victim, 'Content-Type': 'application/json' }
    const reply = await ann.send({ method: route.method, path, headers, ...(route.method !== 'GET' && { body: '{}' }) })
    expect([reply.status, reply.json]).toMatchObject([403, { code: 'not_allowed' }])
  }
  expect(await filesOf('bob', 'carl')).toEqual(before)
})
