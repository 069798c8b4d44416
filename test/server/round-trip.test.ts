import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { assetsOf, upload } from '../helpers/files.ts'
import { copyFixture, readManifest } from '../helpers/fixtures.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

type Rows = Record<string, Record<string, unknown>>

const { passwords } = await readManifest()
const untouched = [
  ...['config/config.toml', 'config/themes.toml', 'users/users.toml'],
  ...['users/admin/links.toml', 'users/alice/config.toml', 'users/bob/config.toml'],
]
const isoNaive = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/

let fixture: Awaited<ReturnType<typeof copyFixture>>
let before: Rows
let after: Rows
let bytesBefore: string[]
let server: TestServer

const text = (file: string) => readFile(join(fixture.folder, file), 'utf8')
const rowsOf = async (user: string) =>
  (parse(await text(`users/${user}/links.toml`), { integersAsBigInt: 'asNeeded' }) as { links: Rows }).links

/** What people do in an afternoon. */
async function work(alice: SignedIn): Promise<void> {
  const expiresAt = '2089-07-01T18:30:00.000Z'
  await alice.call(api.links.create, {
    type: 'redirect',
    url: 'https://example.com/new',
    code: 'new-redirect',
    expiresAt,
  })
  await alice.call(api.links.create, { type: 'markdown', content: '# New', code: 'new-markdown' })
  await alice.call(api.links.create, { type: 'html', content: '<p>New', code: 'new-html' })
  await upload(alice, 'New plan.pdf', 'a plan', { code: 'new-file', title: 'The plan' })
  await alice.call(api.links.update, { code: 'party', title: 'Tea party' })
  await alice.call(api.links.update, { code: 'wonder', url: 'https://example.com/moved' })
  await alice.call(api.links.replaceContent, { code: 'poem', content: 'Twas brillig' })
  await alice.call(api.links.update, { code: 'jp-notes', newCode: 'notes-2' })
  await alice.call(api.links.remove, { code: 'notes' })
  await server.fetch('/wonder')
}

beforeAll(async () => {
  fixture = await copyFixture('upstream-instance')
  const path = join(fixture.folder, 'users', 'alice', 'links.toml')
  const strange =
    '\n[links.strange]\ntype = "redirect"\nurl = "https://example.com/s"\nclicks = 12\nsince = 2024-05-06\n'
  const odd = '\n[links.odd]\nno = "link"\n\n[links.gopher]\ntype = "gopher"\nhuge = 9007199254740993\n'
  await writeFile(path, `${await readFile(path, 'utf8')}${strange}${odd}`)
  before = await rowsOf('alice')
  bytesBefore = await Promise.all(untouched.map(text))
  server = await startTestServer({ dataDir: fixture.folder })
  await work(await server.as('alice', passwords.alice))
  await server.stop()
  after = await rowsOf('alice')
})
afterAll(() => fixture.remove())

describe('a folder that upstream wrote, after an afternoon with us', () => {
  test('has every row that nobody touched, equal in every value, unknown ones too', () => {
    const changed = ['party', 'wonder', 'poem', 'jp-notes', 'notes', 'gone-file']
    const kept = Object.keys(before).filter(code => !changed.includes(code))
    expect(kept.length).toBeGreaterThanOrEqual(12)
    for (const code of kept) expect([code, after[code]]).toEqual([code, before[code]])
    expect(after.strange).toMatchObject({ clicks: 12 })
    expect(after.odd).toEqual({ no: 'link' })
  })

  test('has a number beyond what JavaScript counts to as it was', async () => {
    expect(await text('users/alice/links.toml')).toMatch(/^huge = 9007199254740993$/m)
  })

  test('has only what was meant changed in the others, each at its old place', () => {
    const { title, updated_at, ...party } = after.party ?? {}
    expect([title, party]).toEqual(['Tea party', before.party])
    expect(updated_at).toMatch(isoNaive)
    expect(after.wonder).toMatchObject({ type: 'redirect', url: 'https://example.com/moved' })
    expect(after['notes-2']).toMatchObject(before['jp-notes'] ?? {})
    expect([after['jp-notes'], after.notes, after['gone-file']]).toEqual([undefined, undefined, undefined])
    expect(after.poem).toMatchObject({ type: 'markdown', original_filename: before.poem?.original_filename })
    const order = Object.keys(after).filter(code => Object.hasOwn(before, code))
    expect(order).toEqual(Object.keys(before).filter(code => Object.hasOwn(after, code)))
  })

  test.each([
    ['new-redirect', ['type', 'expiration_date', 'url', 'created_at']],
    ['new-markdown', ['type', 'path', 'original_filename', 'upload_date', 'sha256']],
    ['new-html', ['type', 'path', 'original_filename', 'upload_date', 'sha256']],
    ['new-file', ['type', 'path', 'original_filename', 'file_size', 'mime_type', 'upload_date', 'title', 'sha256']],
  ])('has %s in upstream’s form, with our own keys after', (code, keys) => {
    expect(Object.keys(after[code] ?? {})).toEqual(keys)
  })

  test('has no time with an offset, since upstream would fail on it: all are local', () => {
    for (const row of Object.values(after)) {
      for (const key of ['expiration_date', 'upload_date', 'created_at', 'updated_at']) {
        if (key in row) expect(row[key]).not.toMatch(/(Z|[+-]\d\d:\d\d)$/)
      }
    }
    const expiry = String(after['new-redirect']?.expiration_date)
    expect(expiry).toMatch(isoNaive)
    expect(new Date(expiry).toISOString()).toBe('2089-07-01T18:30:00.000Z')
    const uploaded = String(after['new-file']?.upload_date)
    expect(uploaded).toMatch(isoNaive)
    expect(Math.abs(Date.now() - new Date(uploaded).getTime())).toBeLessThan(60_000)
  })

  test('has every other file as it was, to the byte', async () => {
    for (const [index, file] of untouched.entries())
      expect([file, await text(file)]).toEqual([file, bytesBefore[index]])
  })

  test('has a file for every link, and none without one but those that upstream left', async () => {
    const paths = Object.values(after).flatMap(({ path }) => (path === undefined ? [] : [String(path)]))
    expect((await assetsOf(server, 'alice')).toSorted()).toEqual(paths.toSorted())
    expect(await assetsOf(server, 'bob')).toContain('2497c6c0-3419-4d5d-8b8c-64ca703d3c60.txt')
  })
})
