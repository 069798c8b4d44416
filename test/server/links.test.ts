import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { assetsOf, eventually, listen, upload, usersToml } from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const url = 'https://example.com/'

let server: TestServer
let [admin, ann, bob]: SignedIn[] = []
const as = { admin: () => admin as SignedIn, ann: () => ann as SignedIn, bob: () => bob as SignedIn }

beforeAll(async () => {
  server = await startTestServer({ files: { 'users/users.toml': usersToml({ ann: 'ann-secret', bob: 'bob-secret' }) } })
  admin = await server.as()
  ann = await server.as('ann', 'ann-secret')
  bob = await server.as('bob', 'bob-secret')
})
afterAll(() => server.stop())

const redirect = (user: SignedIn, code: string, more: object = {}) =>
  user.call(api.links.create, { type: 'redirect', url, code, ...more })

const location = async (code: string) => (await server.fetch(`/${encodeURIComponent(code)}`)).headers.get('location')
const linksToml = (owner: string) => readFile(join(server.dataDir, 'users', owner, 'links.toml'), 'utf8')

describe('a redirect', () => {
  test('leads where it says as soon as it is made', async () => {
    const reply = await as.ann().send({
      method: 'POST',
      path: '/api/v1/links',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ type: 'redirect', url, code: 'plan', title: 'The plan' }),
    })
    expect(reply.status).toBe(201)
    expect(reply.headers.location).toBe('/api/v1/links/plan')
    expect(reply.json).toMatchObject({
      code: 'plan',
      type: 'redirect',
      owner: 'ann',
      url,
      title: 'The plan',
      visits: 0,
    })
    expect(reply.json).toMatchObject({ enabled: true, protected: false, shareUrl: `${server.url}/plan` })
    const visit = await server.fetch('/plan')
    expect(visit.status).toBe(302)
    expect(visit.headers.get('location')).toBe(url)
    expect(visit.headers.get('referrer-policy')).toBe('no-referrer')
  })

  test('gets a code of eight letters and digits that nobody takes for others, where none is given', async () => {
    const made = await Promise.all(
      Array.from({ length: 50 }, () => as.ann().call(api.links.create, { type: 'redirect', url })),
    )
    expect(new Set(made.map(({ code }) => code)).size).toBe(50)
    for (const { code } of made) expect(code).toMatch(/^[2-9A-HJ-NP-Za-hijkmnp-z]{8}$/)
    for (const { code } of made) await as.ann().call(api.links.remove, { code })
  })

  test('may have a code in any script, and one that means something to JavaScript', async () => {
    for (const code of ['café', '合同', '2026', '__proto__', 'constructor', 'hasOwnProperty', '-dash', '__']) {
      const made = await redirect(as.ann(), code, { url: `${url}${encodeURIComponent(code)}` })
      expect(made.code).toBe(code)
    }
    await server.restart()
    ann = await server.as('ann', 'ann-secret')
    bob = await server.as('bob', 'bob-secret')
    admin = await server.as()
    for (const code of ['café', '合同', '2026', '__proto__', 'constructor', 'hasOwnProperty', '-dash', '__']) {
      expect(await location(code)).toBe(`${url}${encodeURIComponent(code)}`)
      await as.ann().call(api.links.remove, { code })
      expect((await server.fetch(`/${encodeURIComponent(code)}`)).status).toBe(404)
    }
  })

  test('is found by its letters, however a system writes them, and an address that is none is refused', async () => {
    await redirect(as.ann(), 'crème')
    expect((await server.fetch(`/${encodeURIComponent('cre\u0300me')}`)).status).toBe(302)
    for (const path of ['/%E0%A4%A', '/%', '/cr%E8me', '/%00']) expect((await server.send({ path })).status).toBe(400)
  })

  test('sends every target as ASCII that a header may carry', async () => {
    const targets = {
      'https://example.com/find?q="a b"&x=1%202&y=c\\d#frag':
        'https://example.com/find?q=%22a%20b%22&x=1%202&y=c%5Cd#frag',
      'https://bücher.example/café?ü=1': 'https://xn--bcher-kva.example/caf%C3%A9?%C3%BC=1',
      'http://tools.example.net:8080/path/?a[]=1&a[]=2': 'http://tools.example.net:8080/path/?a[]=1&a[]=2',
      'https://example.com': 'https://example.com',
      'mailto:a b@example.com': 'mailto:a%20b@example.com',
      'tel:+49301234': 'tel:+49301234',
    }
    for (const [target, sent] of Object.entries(targets)) {
      const { code } = await as.ann().call(api.links.create, { type: 'redirect', url: target })
      expect(await location(code)).toBe(sent)
      await as.ann().call(api.links.remove, { code })
    }
  })

  test('stands in links.toml as upstream writes it, and in the order of its keys', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000)
    expiresAt.setMilliseconds(0)
    await redirect(as.bob(), 'form', { title: 'Form', expiresAt: expiresAt.toISOString() })
    const table = (await linksToml('bob')).split('[links.form]\n')[1] ?? ''
    const keys = table
      .split('\n\n')[0]
      ?.trim()
      .split('\n')
      .map(line => line.split(' = ')[0])
    expect(keys).toEqual(['type', 'expiration_date', 'url', 'title', 'created_at'])
    expect(table).toMatch(/^expiration_date = "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"$/m)
    const { expiresAt: told } = await as.bob().call(api.links.get, { code: 'form' })
    expect(told).toBe(expiresAt.toISOString())
    await as.bob().call(api.links.remove, { code: 'form' })
  })
})

describe('a list of links', () => {
  const made: string[] = []

  beforeAll(async () => {
    for (const code of ['list-b', 'list-a', 'list-c', 'list-d', 'list-e']) {
      await redirect(as.bob(), code, { title: `Title of ${code.toUpperCase()}`, url: `https://example.org/${code}` })
      made.push(code)
    }
    await upload(as.bob(), 'Größe.txt', 'a small file', { code: 'list-file' })
  })

  const codes = async (query: object) => (await as.bob().call(api.links.list, query)).items.map(({ code }) => code)

  test('shows the newest first, unless asked otherwise', async () => {
    expect(await codes({})).toEqual(['list-file', ...made.toReversed()])
    expect(await codes({ order: 'asc' })).toEqual([...made, 'list-file'])
    expect(await codes({ sort: 'code', order: 'asc', type: 'redirect' })).toEqual(made.toSorted())
    expect(await codes({ sort: 'fileSize', limit: 1 })).toEqual(['list-file'])
  })

  test('finds a link by its code, title, file name and target, whatever the case', async () => {
    expect(await codes({ q: 'LIST-A' })).toEqual(['list-a'])
    expect(await codes({ q: 'title of list-c' })).toEqual(['list-c'])
    expect(await codes({ q: 'GRÖSSE'.replace('SS', 'ß') })).toEqual(['list-file'])
    expect(await codes({ q: 'example.org/list-d' })).toEqual(['list-d'])
    expect(await codes({ type: 'file' })).toEqual(['list-file'])
    expect(await codes({ q: 'nothing like it' })).toEqual([])
  })

  test('comes in pages that neither skip nor repeat a link when others are made or deleted in between', async () => {
    const first = await as.bob().call(api.links.list, { sort: 'code', order: 'asc', limit: 2 })
    expect(first.items.map(({ code }) => code)).toEqual(['list-a', 'list-b'])
    expect(first.total).toBe(6)
    await redirect(as.bob(), 'list-aa')
    await as.bob().call(api.links.remove, { code: 'list-b' })
    const cursor = first.nextCursor ?? ''
    const second = await as.bob().call(api.links.list, { sort: 'code', order: 'asc', limit: 3, cursor })
    expect(second.items.map(({ code }) => code)).toEqual(['list-c', 'list-d', 'list-e'])
    const last = { sort: 'code', order: 'asc', limit: 3, cursor: second.nextCursor ?? '' } as const
    expect(await as.bob().call(api.links.list, last)).toMatchObject({
      items: [{ code: 'list-file' }],
      nextCursor: null,
    })
    await expect(as.bob().call(api.links.list, { cursor: 'made-up' })).rejects.toMatchObject({ code: 'invalid_input' })
    await as.bob().call(api.links.remove, { code: 'list-aa' })
  })

  test('can be looked at from any place on', async () => {
    const all = await codes({ sort: 'code', order: 'asc' })
    expect(await codes({ sort: 'code', order: 'asc', offset: 2, limit: 2 })).toEqual(all.slice(2, 4))
    expect(await codes({ offset: 1000 })).toEqual([])
  })

  test('goes through every sort to the end, page by page', async () => {
    for (const sort of ['createdAt', 'code', 'name', 'visits', 'expiresAt', 'fileSize'] as const) {
      for (const order of ['asc', 'desc'] as const) {
        const seen: string[] = []
        for (let cursor: string | null | undefined; cursor !== null; ) {
          const page = await as.bob().call(api.links.list, { sort, order, limit: 2, ...(cursor && { cursor }) })
          seen.push(...page.items.map(({ code }) => code))
          cursor = page.nextCursor
        }
        expect(seen.toSorted()).toEqual((await codes({})).toSorted())
      }
    }
  })
})

describe('changing a link', () => {
  test('a new target, title and expiry hold at once, and can be taken away', async () => {
    await redirect(as.ann(), 'change')
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    const changes = { url: 'https://example.net/', title: 'New', expiresAt }
    const changed = await as.ann().call(api.links.update, { code: 'change', ...changes })
    expect(changed).toMatchObject({ ...changes, code: 'change' })
    expect(await location('change')).toBe('https://example.net/')
    const bare = await as.ann().call(api.links.update, { code: 'change', title: null, expiresAt: null })
    expect(bare.title).toBeUndefined()
    expect(bare.expiresAt).toBeUndefined()
    expect(bare.url).toBe('https://example.net/')
  })

  test('a link that is paused is not found until it is let go', async () => {
    await as.ann().call(api.links.update, { code: 'change', enabled: false })
    expect((await server.fetch('/change')).status).toBe(404)
    await as.ann().call(api.links.update, { code: 'change', enabled: true })
    expect((await server.fetch('/change')).status).toBe(302)
  })

  test('a new code takes visits along and leaves the old one free', async () => {
    const { visits } = await as.ann().call(api.links.get, { code: 'change' })
    expect(visits).toBeGreaterThan(0)
    const renamed = await as.ann().call(api.links.update, { code: 'change', newCode: 'changed' })
    expect(renamed).toMatchObject({ code: 'changed', visits })
    expect((await server.fetch('/change')).status).toBe(404)
    expect((await server.fetch('/changed')).status).toBe(302)
    await redirect(as.bob(), 'change')
    await expect(as.ann().call(api.links.update, { code: 'changed', newCode: 'change' })).rejects.toMatchObject({
      code: 'code_taken',
    })
    expect((await as.bob().call(api.links.get, { code: 'change' })).visits).toBe(0)
  })

  test('a file has no target to change, and keeps its bytes under a new code', async () => {
    await upload(as.ann(), 'notes.txt', 'some notes', { code: 'notes' })
    const change = as.ann().call(api.links.update, { code: 'notes', url })
    await expect(change).rejects.toMatchObject({ code: 'invalid_input', errors: [{ path: 'url' }] })
    await as.ann().call(api.links.update, { code: 'notes', newCode: 'notes-2' })
    expect(await (await server.fetch('/notes-2')).text()).toBe('some notes')
  })

  test('fifty changes at once are all kept', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, index) => redirect(as.ann(), `many-${index}`)))
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        as.ann().call(api.links.update, { code: `many-${index}`, title: `${index}` }),
      ),
    )
    const { items, total } = await as.ann().call(api.links.list, { q: 'many-', limit: 500 })
    expect(total).toBe(50)
    for (const { code, title } of items) expect(code).toBe(`many-${title}`)
    await Promise.all(items.map(({ code }) => as.ann().call(api.links.remove, { code })))
  })
})

describe('deleting a link', () => {
  test('takes it and its file away, and undo brings both back as they were', async () => {
    const before = (await upload(as.ann(), 'report.pdf', 'the whole report', { code: 'report', title: 'Report' })).json
    expect(await (await server.fetch('/report')).text()).toBe('the whole report')
    const asset = (await assetsOf(server, 'ann')).find(name => name.endsWith('.pdf'))
    await as.ann().call(api.links.remove, { code: 'report' })
    expect((await server.fetch('/report')).status).toBe(404)
    expect(await assetsOf(server, 'ann')).not.toContain(asset)
    const restored = await as.ann().call(api.links.restore, { code: 'report' })
    expect(restored).toMatchObject({ ...(before as object), visits: 1, lastVisitAt: expect.any(String) })
    expect(await (await server.fetch('/report')).text()).toBe('the whole report')
    expect(await assetsOf(server, 'ann')).toContain(asset)
    await expect(as.ann().call(api.links.restore, { code: 'report' })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('can be undone after a restart, but not once the code is somebody else’s', async () => {
    await redirect(as.ann(), 'again', { title: 'First' })
    await as.ann().call(api.links.remove, { code: 'again' })
    await server.restart()
    ann = await server.as('ann', 'ann-secret')
    bob = await server.as('bob', 'bob-secret')
    admin = await server.as()
    await redirect(as.bob(), 'again')
    await expect(as.ann().call(api.links.restore, { code: 'again' })).rejects.toMatchObject({ code: 'code_taken' })
    await as.bob().call(api.links.remove, { code: 'again' })
    expect(await as.ann().call(api.links.restore, { code: 'again' })).toMatchObject({ owner: 'ann', title: 'First' })
  })

  test('twice at once deletes once', async () => {
    await redirect(as.ann(), 'twice')
    const both = await Promise.allSettled([1, 2].map(() => as.ann().call(api.links.remove, { code: 'twice' })))
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await as.ann().call(api.links.restore, { code: 'twice' })
    await expect(as.ann().call(api.links.restore, { code: 'twice' })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('someone else’s link', () => {
  beforeAll(async () => {
    await redirect(as.bob(), 'bobs')
  })

  test('does not exist: not to see, change, delete or bring back', async () => {
    const ways = [
      as.ann().call(api.links.get, { code: 'bobs' }),
      as.ann().call(api.links.update, { code: 'bobs', title: 'Mine' }),
      as.ann().call(api.links.remove, { code: 'bobs' }),
      as.ann().call(api.links.restore, { code: 'bobs' }),
    ]
    for (const way of ways) await expect(way).rejects.toMatchObject({ code: 'not_found' })
    const unknown = await as.ann().send({ path: '/api/v1/links/unknown' })
    const theirs = await as.ann().send({ path: '/api/v1/links/bobs' })
    expect(theirs.text.replaceAll('bobs', 'unknown')).toBe(unknown.text)
    expect(await as.ann().call(api.links.list, { q: 'bobs' })).toMatchObject({ items: [], total: 0 })
    expect(await as.ann().call(api.links.list, { owner: 'bob' })).toMatchObject({ items: [], total: 0 })
  })

  test('keeps its code taken for everybody', async () => {
    await expect(redirect(as.ann(), 'bobs')).rejects.toMatchObject({ code: 'code_taken' })
    await expect(redirect(as.admin(), 'bobs')).rejects.toMatchObject({ code: 'code_taken' })
  })

  test('is an admin’s to see and change', async () => {
    const { items } = await as.admin().call(api.links.list, { owner: 'bob', q: 'bobs' })
    expect(items).toMatchObject([{ code: 'bobs', owner: 'bob' }])
    const changed = await as.admin().call(api.links.update, { code: 'bobs', title: 'Seen' })
    expect(changed).toMatchObject({ owner: 'bob', title: 'Seen' })
  })

  test('nobody gets at any link without signing in', async () => {
    for (const path of ['/api/v1/links', '/api/v1/links/bobs', '/api/v1/transfers', '/api/v1/uploads/limits']) {
      expect((await server.send({ path })).status).toBe(401)
    }
    expect((await upload(server.anyone, 'a.txt', 'text')).status).toBe(401)
  })
})

test('every change is told to whom it concerns, and to nobody else', async () => {
  const [anns, bobs, admins] = await Promise.all([as.ann(), as.bob(), as.admin()].map(user => listen(server, user)))
  await redirect(as.ann(), 'told')
  await as.ann().call(api.links.update, { code: 'told', title: 'Told' })
  await as.ann().call(api.links.remove, { code: 'told' })
  await redirect(as.bob(), 'told')
  const wanted = ['created', 'updated', 'removed'].map(action => ({
    name: 'links',
    data: { action, code: 'told', owner: 'ann' },
  }))
  const theirs = { name: 'links', data: { action: 'created', code: 'told', owner: 'bob' } }
  await eventually(() => (admins?.heard.length === 4 ? true : undefined), 'four events')
  expect(admins?.heard).toEqual([...wanted, theirs])
  expect(anns?.heard).toEqual(wanted)
  expect(bobs?.heard).toEqual([theirs])
  for (const listener of [anns, bobs, admins]) listener?.stop()
})

test('visits are counted for people who open a link, and outlast a restart', async () => {
  await redirect(as.ann(), 'counted')
  await server.fetch('/counted')
  await server.fetch('/counted')
  await server.fetch('/counted', { method: 'HEAD' })
  const before = await linksToml('ann')
  await server.restart()
  ann = await server.as('ann', 'ann-secret')
  const { visits, lastVisitAt } = await as.ann().call(api.links.get, { code: 'counted' })
  expect(visits).toBe(2)
  expect(Date.now() - Date.parse(lastVisitAt ?? '')).toBeLessThan(60_000)
  expect(await linksToml('ann')).toBe(before)
})
