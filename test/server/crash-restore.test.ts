import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'smol-toml'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, SignedIn, toRequest } from '../../src-server/contract/index.ts'
import { fetchBytes, hashOf } from '../helpers/backups.ts'
import { eventually, multipart } from '../helpers/files.ts'
import { buildHeadless, freePort, runHeadless } from '../helpers/headless.ts'
import { startTestServer } from '../helpers/server.ts'

const password = 'Adm1n-Fixture!'
const manifest = JSON.parse(
  await readFile(join(import.meta.dirname, '../fixtures/upstream-manifest.json'), 'utf8'),
) as { links: Record<string, { owner: string; type: string; sha256?: string }> }

let scratch: string
let zip: Buffer

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 't8-crash-restore-'))
  await buildHeadless()
  const dataDir = join(scratch, 'source')
  await cp(join(import.meta.dirname, '../fixtures/upstream-instance'), dataDir, { recursive: true })
  const source = await startTestServer({ dataDir, adminPassword: password })
  const order = { method: 'POST', path: '/api/v1/backups', body: '{"user":"*"}' }
  zip = (await fetchBytes(source, await source.as(), order)).bytes
  await source.stop()
}, 60_000)
afterAll(() => rm(scratch, { recursive: true, force: true }))

async function start(dataDir: string) {
  const port = await freePort()
  const run = runHeadless({
    cwd: scratch,
    args: ['--data-dir', dataDir, '--host', '127.0.0.1', '--port', String(port)],
    env: { TRUNK8_ADMIN_PASSWORD: password },
  })
  return { ...run, url: await run.ready }
}

/** Sends the backup, and does not wait for the end of it. */
async function beginRestore(url: string): Promise<void> {
  const { method, url: path, body } = toRequest(api.sessions.signIn, { password })
  const signedIn = await fetch(url + path, { method, body, headers: { 'Content-Type': 'application/json' } })
  const { csrfToken } = SignedIn.parse(await signedIn.json())
  const form = multipart([
    { name: 'mode', body: 'replace' },
    { name: 'file', filename: 'all.zip', body: zip },
  ])
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const headers = { 'Content-Type': form.type, Cookie: cookie, 'X-Trunk8-CSRF': csrfToken }
  void fetch(url + api.backups.restore.path, { method: 'POST', headers, body: form.body }).catch(() => {})
}

/** Waits until the restore has written down that it is this far, or is over. */
async function journalIs(dataDir: string, phase: string): Promise<void> {
  const read = () => readFile(join(dataDir, 'state/restore.toml'), 'utf8').catch(() => '')
  await eventually(async () => (isIn(await read(), phase) ? true : undefined), `the journal to say ${phase}`)
}

const isIn = (journal: string, phase: string): boolean => journal.includes(phase) || journal.startsWith('users = []')

const linksOf = async (dataDir: string, user: string) => {
  const text = await readFile(join(dataDir, 'users', user, 'links.toml'), 'utf8').catch(() => '')
  return ((parse(text) as { links?: object }).links ?? {}) as Record<string, { path?: string }>
}

/** `before` or `after`; throws for anything in between, down to files that nobody leads to. */
async function stateOf(dataDir: string): Promise<'before' | 'after'> {
  const { users } = parse(await readFile(join(dataDir, 'users/users.toml'), 'utf8')) as { users: object }
  const names = Object.keys(users)
  const all = await Promise.all(names.map(async name => [name, await linksOf(dataDir, name)] as const))
  for (const [name, links] of all) {
    const files = await readdir(join(dataDir, 'users', name, 'assets')).catch(() => [])
    expect(files.sort()).toEqual(
      Object.values(links)
        .flatMap(({ path }) => path ?? [])
        .sort(),
    )
    for (const [code, { path }] of Object.entries(links)) {
      const wanted = manifest.links[code]?.sha256
      if (path === undefined || wanted === undefined) continue
      expect([code, hashOf(await readFile(join(dataDir, 'users', name, 'assets', path)))]).toEqual([code, wanted])
    }
  }
  const codes = all.flatMap(([, links]) => Object.keys(links))
  if (codes.includes('mine')) {
    expect([names, codes]).toEqual([['admin'], ['mine']])
    return 'before'
  }
  expect(names).toEqual(['admin', 'alice', 'bob'])
  const back = Object.entries(manifest.links).filter(([code]) => !['gone', 'gone-file', 'js-url'].includes(code))
  expect(codes.sort()).toEqual(back.map(([code]) => code).sort())
  return 'after'
}

test('kill -9 at any moment of a restore: all of it is there, or none', { timeout: 120_000 }, async () => {
  const seen = new Set<string>()
  for (let round = 0; round < 9; round += 1) {
    const dataDir = join(scratch, `round-${round}`)
    const first = await start(dataDir)
    await writeFile(
      join(dataDir, 'users/admin/links.toml'),
      '[links.mine]\ntype = "redirect"\nurl = "https://example.com"\n',
    )
    await expect.poll(async () => (await fetch(`${first.url}/mine`, { redirect: 'manual' })).status).toBe(302)
    await beginRestore(first.url)
    const phase = [undefined, 'staging', 'committing'][round % 3]
    // Mostly it is left alone until it has something to lose.
    if (phase === undefined) await sleep(round * 20)
    else await journalIs(dataDir, phase)
    await sleep(round * 4)
    first.child.kill('SIGKILL')
    await first.ended
    const second = await start(dataDir)
    seen.add(await stateOf(dataDir))
    expect(await readdir(join(dataDir, 'state')).then(names => names.includes('restores'))).toBe(false)
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    await rm(dataDir, { recursive: true })
  }
  expect([...seen].sort()).toEqual(['after', 'before'])
})
