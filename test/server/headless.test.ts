import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { readHeadlessOptions } from '../../src-server/headless-options.ts'
import { buildHeadless, freePort, type HeadlessRun, runHeadless } from '../helpers/headless.ts'

let folder: string
let dataDir: string
const runs: HeadlessRun[] = []

beforeAll(buildHeadless, 60_000)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-'))
  dataDir = join(folder, 'data')
})
afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.child.kill('SIGKILL')
    await run.ended
  }
  await rm(folder, { recursive: true, force: true })
})

function run(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): HeadlessRun {
  const started = runHeadless({ args: ['--data-dir', dataDir, '--host', '127.0.0.1', ...args], env, cwd: folder })
  runs.push(started)
  return started
}

const runOnFreePort = async (env: Readonly<Record<string, string>> = {}) =>
  run(['--port', String(await freePort())], env)

/** What it says when it does not start: one line, and exit code 2. */
async function refusal(started: HeadlessRun): Promise<string> {
  expect(await started.ended).toBe(2)
  expect(started.out()).toBe('')
  expect(started.err().trim().split('\n')).toHaveLength(1)
  return started.err().trim()
}

const signIn = (url: string, password: string) =>
  fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ password }),
  })

describe('a first start', () => {
  test('makes a password, says it once, and keeps it where only its owner reads it', async () => {
    const first = await runOnFreePort()
    const url = await first.ready
    const password = /admin password is (\S+)/.exec(first.out())?.[1] ?? ''
    expect(password).toMatch(/^([abcdefghjkmnpqrstuvwxyz23456789]{4}-){4}[abcdefghjkmnpqrstuvwxyz23456789]{4}$/)
    expect(first.out().match(/^listening on /gm)).toHaveLength(1)
    expect((await signIn(url, password)).status).toBe(200)
    for (const name of ['admin-password', 'secret-key']) {
      expect((await stat(join(dataDir, 'state', name))).mode & 0o777).toBe(0o600)
    }
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)

    // As a copy may have left it.
    await chmod(join(dataDir, 'state/secret-key'), 0o644)
    const second = await runOnFreePort()
    const again = await second.ready
    expect((await stat(join(dataDir, 'state/secret-key'))).mode & 0o777).toBe(0o600)
    expect(second.out()).toBe(`listening on ${again}\n`)
    expect((await signIn(again, password)).status).toBe(200)
  })

  test('makes the folder in upstream’s form, open to nobody else', async () => {
    await (await runOnFreePort()).ready
    expect(await readFile(join(dataDir, 'config/config.toml'), 'utf8')).toBe(
      '[app]\ntheme = "cerulean"\nmarkdown_theme = "cerulean"\nmax_file_size_mb = 100\n\n[session]\npermanent_lifetime_days = 30\n',
    )
    expect(await readFile(join(dataDir, 'users/users.toml'), 'utf8')).toMatch(
      /^\[users\.admin\]\nis_admin = true\ndisplay_name = "Administrator"\ncreated_at = "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?"\n$/,
    )
    for (const name of ['.', 'config', 'users', 'logs', 'state']) {
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o750)
    }
    for (const name of ['config/config.toml', 'users/users.toml', 'logs/app.log']) {
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600)
    }
  })
})

describe('the admin’s password', () => {
  const next = ' another password of the admin '

  async function changePassword(url: string, current: string) {
    const signedIn = await signIn(url, current)
    const { csrfToken } = (await signedIn.json()) as { csrfToken: string }
    const cookie = signedIn.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
    const headers = { 'Content-Type': 'application/json', 'X-Trunk8-CSRF': csrfToken, Cookie: cookie }
    return fetch(`${url}/api/v1/me/password`, { method: 'POST', headers, body: JSON.stringify({ current, next }) })
  }

  test('is another one from then on, kept where only its owner reads it', async () => {
    const first = await runOnFreePort()
    const url = await first.ready
    const old = /admin password is (\S+)/.exec(first.out())?.[1] ?? ''
    expect((await changePassword(url, old)).status).toBe(204)
    expect((await signIn(url, old)).status).toBe(401)
    expect((await signIn(url, next)).status).toBe(200)
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    const again = await (await runOnFreePort()).ready
    expect((await signIn(again, next)).status).toBe(200)
    expect((await signIn(again, old)).status).toBe(401)
    expect((await stat(join(dataDir, 'state', 'admin-password'))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(dataDir, 'logs', 'app.log'), 'utf8')).not.toContain(next.trim())
  })

  test('that anybody can guess keeps it to this computer, says so, and stands in no file', async () => {
    const started = run(['--host', '0.0.0.0', '--port', String(await freePort())], {
      TRUNK8_ADMIN_PASSWORD: 'letmein2026!!',
    })
    const url = await started.ready
    expect(new URL(url).hostname).toBe('127.0.0.1')
    await vi.waitFor(() =>
      expect(started.err()).toMatch(/^The admin password is one that everybody tries first, so only/),
    )
    expect((await signIn(url, 'letmein2026!!')).status).toBe(200)
    started.child.kill('SIGTERM')
    await started.ended
    const files = (await readdir(dataDir, { recursive: true, withFileTypes: true })).filter(it => it.isFile())
    for (const { parentPath, name } of files) {
      expect(await readFile(join(parentPath, name), 'utf8')).not.toContain('letmein2026')
    }
  })

  test('stays what the environment says, and one is told so', async () => {
    const started = await runOnFreePort({ TRUNK8_ADMIN_PASSWORD: 'from-the-environment' })
    const url = await started.ready
    const reply = await changePassword(url, 'from-the-environment')
    expect([reply.status, await reply.json()]).toMatchObject([403, { detail: 'TRUNK8_ADMIN_PASSWORD sets it' }])
    expect((await signIn(url, next)).status).toBe(401)
    await expect(stat(join(dataDir, 'state/admin-password'))).rejects.toThrow('ENOENT')
  })
})

describe('what it is told', () => {
  test('the password from the environment is used and written nowhere', async () => {
    const started = await runOnFreePort({
      TRUNK8_ADMIN_PASSWORD: 'from-the-environment',
      TRUNK8_SECRET_KEY: 'k'.repeat(32),
    })
    expect((await signIn(await started.ready, 'from-the-environment')).status).toBe(200)
    expect(started.out()).not.toContain('password')
    await expect(stat(join(dataDir, 'state/admin-password'))).rejects.toThrow('ENOENT')
    await expect(stat(join(dataDir, 'state/secret-key'))).rejects.toThrow('ENOENT')
    expect(await readFile(join(dataDir, 'logs/app.log'), 'utf8')).not.toContain('from-the-environment')
  })

  test('a .env in the working folder counts, the environment counts more, and a flag most', async () => {
    const ports = [await freePort(), await freePort(), await freePort()]
    await writeFile(join(folder, '.env'), `TRUNK8_PORT=${ports[0]}\nTRUNK8_ADMIN_PASSWORD="from the file"\n`)
    const started = run()
    expect(await started.ready).toBe(`http://127.0.0.1:${ports[0]}`)
    expect((await signIn(await started.ready, 'from the file')).status).toBe(200)
    started.child.kill('SIGINT')
    expect(await started.ended).toBe(0)

    const second = run([], { TRUNK8_PORT: String(ports[1]) })
    expect(await second.ready).toBe(`http://127.0.0.1:${ports[1]}`)
    second.child.kill('SIGTERM')
    await second.ended
    const third = run(['--port', String(ports[2])], { TRUNK8_PORT: String(ports[1]) })
    expect(await third.ready).toBe(`http://127.0.0.1:${ports[2]}`)
  })

  test('the level of the log', async () => {
    const started = await runOnFreePort({ TRUNK8_LOG_LEVEL: 'warning' })
    const url = await started.ready
    await signIn(url, 'wrong')
    const log = await readFile(join(dataDir, 'logs/app.log'), 'utf8')
    expect(log).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} WARNING: Failed sign-in as "admin" from 127\.0\.0\.1: bad_credentials\n$/,
    )
  })

  test.each([
    [['--port', '0'], {}, 'A port is between 1 and 65535'],
    [['--port', 'x'], {}, 'Enter a number'],
    [['--host', 'nowhere'], {}, '--host takes an address'],
    [['--nonsense'], {}, "Unknown option '--nonsense'"],
    [[], { TRUNK8_PORT: '70000' }, 'TRUNK8_PORT: A port is between'],
    [[], { TRUNK8_LOG_LEVEL: 'loud' }, 'TRUNK8_LOG_LEVEL is one of DEBUG, INFO'],
    [[], { TRUNK8_SECRET_KEY: 'short' }, 'TRUNK8_SECRET_KEY is too short'],
    [[], { TRUNK8_SECRET_KEY: 'your-secret-key-change-in-production' }, 'TRUNK8_SECRET_KEY is the example'],
  ])('%j with %j is refused in one line', async (args, env: Record<string, string>, words) => {
    expect(await refusal(run(args, env))).toContain(words)
  })
})

test('the secrets do not stay in the environment, where child processes would find them', () => {
  const env = { TRUNK8_ADMIN_PASSWORD: 'a good long password', TRUNK8_SECRET_KEY: 'k'.repeat(32), TRUNK8_PORT: '6000' }
  expect(readHeadlessOptions([], { env, dotEnv: new Map() })).toMatchObject({
    adminPassword: 'a good long password',
    secretKey: 'k'.repeat(32),
  })
  expect(env).toEqual({ TRUNK8_PORT: '6000' })
})

describe('it does not start', () => {
  test('on a port that is taken, and says by whom', async () => {
    const holder = createServer()
    await new Promise<void>(resolve => holder.listen(0, '127.0.0.1', resolve))
    const address = holder.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const program = basename(process.execPath)
    try {
      expect(await refusal(run(['--port', String(port)]))).toMatch(
        new RegExp(
          `^Port ${port} is taken by ${program} \\(process ${process.pid}\\)\\. Use \\d+, or stop ${program}\\.$`,
        ),
      )
    } finally {
      holder.close()
    }
  })

  test('on a folder that cannot be written', async () => {
    await writeFile(join(folder, 'file'), '')
    dataDir = join(folder, 'file', 'data')
    expect(await refusal(run())).toBe(
      `The data folder ${dataDir} cannot be written (ENOTDIR). Make it writable, or choose another folder`,
    )
  })

  test.skipIf(process.platform !== 'linux')('on a folder that takes no files at all', async () => {
    dataDir = '/proc/trunk8'
    expect(await refusal(run())).toContain('cannot be written')
  })

  test.each([
    ['config/config.toml', '[app]\ntheme = "a\n', /^config\/config\.toml, line 2, column \d+: /],
    [
      'config/config.toml',
      '[server]\nport = "x"\n',
      /^config\/config\.toml, line 2, server\.port: A port is a whole number/,
    ],
    [
      'config/config.toml',
      '[logging]\n\nlevel = "LOUD"\n',
      /^config\/config\.toml, line 3, logging\.level: Write one of "DEBUG"/,
    ],
    ['users/users.toml', '[users.admin\n', /^users\/users\.toml, line 1, column \d+: /],
  ])('with a broken %s, and leaves it as it is', async (path, text, message) => {
    await mkdir(join(dataDir, path, '..'), { recursive: true })
    await writeFile(join(dataDir, path), text)
    expect(await refusal(run(['--port', String(await freePort())]))).toMatch(message)
    expect(await readFile(join(dataDir, path), 'utf8')).toBe(text)
  })

  test('on a folder that another one has, and says which', async () => {
    const first = await runOnFreePort()
    await first.ready
    expect(await refusal(await runOnFreePort())).toBe(
      `The data folder ${dataDir} is in use by another Trunk8 (process ${first.child.pid}). Stop it first`,
    )
    expect((await fetch(`${await first.ready}/healthz`)).status).toBe(200)
  })
})

test('after a kill, the next start takes over at once', async () => {
  const first = await runOnFreePort()
  await first.ready
  await writeFile(join(dataDir, 'config/.config.toml.0f8fad5b-d9cb-469f-a165-70867728950e.tmp'), 'half')
  await writeFile(join(dataDir, 'config/mine.tmp'), 'a file of the person')
  first.child.kill('SIGKILL')
  await first.ended
  const began = Date.now()
  await (await runOnFreePort()).ready
  // A lock that nobody can tell the holder of stands for 10 s.
  expect(Date.now() - began).toBeLessThan(9000)
  await expect(stat(join(dataDir, 'config/.config.toml.0f8fad5b-d9cb-469f-a165-70867728950e.tmp'))).rejects.toThrow(
    'ENOENT',
  )
  await stat(join(dataDir, 'config/mine.tmp'))
})

test('told to end, it ends the event streams at once and leaves with 0', async () => {
  const started = await runOnFreePort({ TRUNK8_ADMIN_PASSWORD: 'a good long password' })
  const url = await started.ready
  const reply = await signIn(url, 'a good long password')
  const cookie = reply.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
  const stream = await fetch(`${url}/api/v1/events`, { headers: { Cookie: cookie } })
  const began = Date.now()
  // Twice, as it comes from a service manager by way of npm.
  started.child.kill('SIGTERM')
  started.child.kill('SIGTERM')
  expect(await started.ended).toBe(0)
  // Requests in flight get 10 s.
  expect(Date.now() - began).toBeLessThan(9000)
  await stream.body?.cancel().catch(() => {})
})
