import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, type RestoreReport } from '../../src-server/contract/index.ts'
import { fixtureZip, sendBackup } from '../helpers/backups.ts'
import { snapshot, usersToml } from '../helpers/files.ts'
import { type RawEntry, rawZip } from '../helpers/raw-zip.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let alice: SignedIn

beforeAll(async () => {
  server = await startTestServer({ files: { 'users/users.toml': usersToml({ alice: 'alice-pass' }) } })
  alice = await server.as('alice', 'alice-pass')
  await alice.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'here' })
})
afterAll(() => server.stop())

const links: RawEntry = {
  name: 'links.toml',
  body: '[links.fresh]\ntype = "redirect"\nurl = "https://example.com/fresh"\n',
}
const file = (name: string): RawEntry => ({ name, body: 'bytes' })
const megabytes = (count: number) => Buffer.alloc(count * 1024 * 1024)

/** Dry or not, it is refused in words, and not a byte in the folder is another one. */
async function expectRefusal(zip: Buffer, words: RegExp): Promise<void> {
  const before = await snapshot(server.dataDir, { except: ['logs'] })
  for (const dryRun of ['true', 'false']) {
    const reply = await sendBackup(alice, zip, { dryRun })
    expect(reply.json).toMatchObject({ code: 'bad_backup', status: 422, detail: expect.stringMatching(words) })
    expect((reply.json as { detail: string }).detail).toMatch(/Nothing was changed$/)
  }
  expect(await snapshot(server.dataDir, { except: ['logs'] })).toEqual(before)
}

describe('what is no backup is refused', () => {
  const cases: Readonly<Record<string, readonly [zip: () => Buffer | Promise<Buffer>, words: RegExp]>> = {
    'an empty file': [() => Buffer.alloc(0), /no zip file/],
    'a picture': [() => Buffer.from('\x89PNG\r\n\x1a\n and so on'), /no zip file/],
    'a zip that was cut off': [async () => (await fixtureZip('alice')).subarray(0, 40_000), /no zip file/],
    'a zip with bytes missing in the middle': [
      async () =>
        Buffer.concat([(await fixtureZip('alice')).subarray(0, 900), (await fixtureZip('alice')).subarray(950)]),
      /damaged/,
    ],
    'a zip without links.toml': [() => rawZip([file('assets/a.txt')]), /no links\.toml/],
    'a list that names more files than there are': [() => rawZip([links], { count: 2 }), /damaged/],
    'a links.toml that is no TOML': [
      () => rawZip([{ name: 'links.toml', body: '[links.a]\ntype = \n' }]),
      /links\.toml in it is broken at line 2/,
    ],
    'a links.toml that is no text': [
      () => rawZip([{ name: 'links.toml', body: Buffer.from([0xff, 0xfe, 0x00]) }]),
      /no text in UTF-8/,
    ],
    'links that are no table': [() => rawZip([{ name: 'links.toml', body: 'links = 3\n' }]), /no table/],
    'a config.toml that is no TOML': [() => rawZip([links, { name: 'config.toml', body: '[app\n' }]), /config\.toml/],
    'metadata that is no TOML': [
      () => rawZip([links, { name: 'backup_metadata.toml', body: '= 1\n' }]),
      /backup_metadata\.toml/,
    ],
  }
  test.each(Object.entries(cases))('%s', async (_, [zip, words]) => expectRefusal(await zip(), words))
})

describe('a name that leads anywhere but down is refused', () => {
  test.each([
    '../escaped.txt',
    'assets/../../../escaped.txt',
    'assets/./a.txt',
    'assets//a.txt',
    '/etc/cron.d/escaped',
    'C:/escaped.txt',
    'C:escaped.txt',
    'assets\\..\\..\\escaped.txt',
    '..\\escaped.txt',
    'assets/a.txt:stream',
    'assets/CON',
    'assets/nul.txt',
    'assets/a. ',
    'assets/a.txt.',
    'assets/\u0000a.txt',
    'assets/a\nb.txt',
    `assets/${'a'.repeat(300)}.txt`,
  ])('%j', async name => expectRefusal(rawZip([links, file(name)]), /no safe name|damaged/))
})

describe('an entry that is not what it seems is refused', () => {
  const zeros = megabytes(30)
  const cases: Readonly<Record<string, readonly [entries: readonly RawEntry[], words: RegExp]>> = {
    'a symbolic link': [[{ name: 'assets/a.txt', body: '/etc/passwd', mode: 0o120777 }], /no regular file/],
    'a device': [[{ name: 'assets/a.txt', mode: 0o020666 }], /no regular file/],
    'a pipe': [[{ name: 'assets/a.txt', mode: 0o010666 }], /no regular file/],
    'an encrypted file': [[{ ...file('assets/a.txt'), method: 8, flags: 0x0801 }], /encrypted/],
    'a strongly encrypted file': [[{ ...file('assets/a.txt'), flags: 0x0841 }], /encrypted/],
    'a bomb': [[{ name: 'assets/a.txt', body: zeros, method: 8 }], /out of all proportion/],
    'two files of one name': [[file('assets/a.txt'), file('assets/a.txt')], /two files in it are called/],
    'two names that are one in another case': [[file('assets/a.txt'), file('assets/A.TXT')], /two files/],
    'two spellings of one name': [[file('assets/é.txt'), file('assets/e\u0301.txt')], /two files/],
    'twice the links': [[links], /two files/],
    'files that lie over one another': [
      Array.from({ length: 50 }, (_, index) => ({
        ...file(`assets/${index}.txt`),
        body: '',
        packedSize: 60,
        size: 60,
        offset: 0,
      })),
      /over one another/,
    ],
  }
  test.each(Object.entries(cases))('%s', (_, [entries, words]) => expectRefusal(rawZip([links, ...entries]), words))

  const withAsset = (entry: RawEntry) =>
    rawZip([{ name: 'links.toml', body: '[links.a]\ntype = "file"\npath = "a.txt"\n' }, entry])
  const body = 'some bytes that repeat, some bytes that repeat'
  const lies: Readonly<Record<string, readonly [entry: RawEntry, words: RegExp]>> = {
    'a checksum that is not its own': [{ name: 'assets/a.txt', body, crc: 1 }, /checksum/],
    'a checksum that is not its own, deflated': [{ name: 'assets/a.txt', body, method: 8, crc: 1 }, /checksum/],
    'more bytes than it says': [{ name: 'assets/a.txt', body, method: 8, size: 10 }, /another size/],
    'fewer bytes than it says': [{ name: 'assets/a.txt', body, method: 8, size: 1000 }, /another size/],
    'a size that differs though nothing is packed': [{ name: 'assets/a.txt', body, size: 10 }, /another size|damaged/],
    'a way of packing that is unknown': [{ name: 'assets/a.txt', body, method: 12 }, /not known here/],
    'an offset outside of the file': [{ name: 'assets/a.txt', body, offset: 100_000 }, /damaged/],
  }
  test.each(Object.entries(lies))('%s', (_, [entry, words]) => expectRefusal(withAsset(entry), words))

  test('20,000 files for one link', async () => {
    const files = Array.from({ length: 20_000 }, (_, index) => ({ name: `assets/${index}.txt` }))
    await expectRefusal(rawZip([links, ...files]), /20,000 files, far more than it has links/)
  })
})

test('rows that cannot be links are left out one by one, with the reason, and the rest comes back', async () => {
  const rows = {
    fine: 'type = "redirect"\nurl = "https://example.com/fine"',
    'has space': 'type = "redirect"\nurl = "https://example.com"',
    '../up': 'type = "redirect"\nurl = "https://example.com"',
    Admin: 'type = "redirect"\nurl = "https://example.com"',
    script: 'type = "redirect"\nurl = "javascript:alert(1)"',
    stolen: 'type = "markdown"\npath = "../../users.toml"',
    absolute: 'type = "file"\npath = "/etc/hostname"',
    lost: 'type = "file"\npath = "nowhere.txt"',
    nameless: 'type = "file"',
    old: 'type = "redirect"\nurl = "https://example.com"\nexpiration_date = "2020-02-03T04:05"',
    whenever: 'type = "redirect"\nurl = "https://example.com"\nexpiration_date = "whenever"',
    typeless: 'url = "https://example.com"',
    Fine: 'type = "redirect"\nurl = "https://example.com/other-case"',
    __proto__x: 'type = "file"\npath = "sub/deep.txt"',
    gopher: 'type = "gopher"\nwhere = "nobody knows"',
  }
  const toml = Object.entries(rows).map(([code, row]) => `[links.${JSON.stringify(code)}]\n${row}\n`)
  const proto = '[links.__proto__]\ntype = "redirect"\nurl = "https://example.com/proto"\n'
  const zip = rawZip([
    { name: 'links.toml', body: `${toml.join('\n')}\n${proto}` },
    file('assets/sub/deep.txt'),
    { name: 'assets/', mode: 0o040755 },
    file('notes from a friend.txt'),
  ])
  const reply = await sendBackup(alice, zip)
  const [user] = (reply.json as RestoreReport).users
  expect(user?.created.sort()).toEqual(['Fine', '__proto__', '__proto__x', 'fine', 'gopher', 'whenever'])
  expect(Object.fromEntries(user?.refused.map(({ code, reason }) => [code, reason]) ?? [])).toEqual({
    'has space': 'No link can have this code',
    '../up': 'No link can have this code',
    Admin: 'Trunk8 keeps this code for itself',
    script: 'Its address may not be linked to',
    stolen: 'Its file lies outside the folder for files',
    absolute: 'Its file lies outside the folder for files',
    lost: 'Its file is not in the backup',
    nameless: 'It names no file',
    old: 'It expired on 3 February 2020',
    typeless: 'It is no link: its type is missing',
  })
  for (const [code, target] of [
    ['__proto__', 'https://example.com/proto'],
    ['Fine', 'https://example.com/other-case'],
    ['whenever', 'https://example.com'],
  ]) {
    expect([code, (await server.fetch(`/${code}`)).headers.get('location')]).toEqual([code, target])
  }
  expect(await (await server.fetch('/__proto__x')).text()).toBe('bytes')
  const onDisk = parse(await readFile(join(server.dataDir, 'users/alice/links.toml'), 'utf8')) as {
    links: Record<string, unknown>
  }
  expect(onDisk.links.gopher).toEqual({ type: 'gopher', where: 'nobody knows' })
})

test('a file that does not match the hash of its backup is refused', async () => {
  const zip = rawZip([
    { name: 'links.toml', body: '[links.a]\ntype = "file"\npath = "a.txt"\n' },
    file('assets/a.txt'),
    { name: 'backup_metadata.toml', body: `[files]\n"assets/a.txt" = "${'0'.repeat(64)}"\n` },
  ])
  await expectRefusal(zip, /not what was backed up/)
})

test('what is sent must be a form with one file', async () => {
  const headers = { 'Content-Type': 'multipart/form-data; boundary=x' }
  const path = api.backups.restore.path
  const empty = await alice.send({ method: 'POST', path, headers, body: '--x--\r\n' })
  expect([empty.status, empty.json]).toMatchObject([422, { detail: 'Choose a file' }])
  const wrong = await sendBackup(alice, rawZip([links]), { mode: 'overwrite' })
  expect([wrong.status, wrong.json]).toMatchObject([422, { code: 'invalid_input' }])
  expect((await snapshot(join(server.dataDir, 'state'))).filter(name => name.startsWith('restores'))).toEqual([])
})
