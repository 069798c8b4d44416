import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { listAsar } from '../../scripts/asar.mjs'
import { readFuses } from '../../scripts/fuses.mjs'
import { findFreePort } from '../helpers/app.ts'
import { type Installed, install, listDescendants, measure } from './packaged.ts'

const soon = { timeout: 60_000, interval: 100 }

describe.skipIf(process.platform !== 'linux')('the packaged app', () => {
  let installed: Installed

  beforeAll(async () => {
    installed = await install()
  })
  afterAll(() => installed?.remove())

  test('starts in a real sandbox, shares a link, and quits when told to', async () => {
    const port = await findFreePort()
    const userData = join(installed.home, 'user')
    const dataDir = join(installed.home, 'instance')
    await installed.putFile('instance/config/config.toml', `[server]\nhost = "127.0.0.1"\nport = ${port}\n`)
    const app = installed.start([`--user-data-dir=${userData}`, `--data-dir=${dataDir}`])
    try {
      const url = `http://127.0.0.1:${port}`
      await vi.waitFor(async () => expect((await fetch(`${url}/healthz`)).status).toBe(200), soon)
      expect(await followNewLink(url, await readPassword(userData))).toBe('https://example.com/plan')
      await vi.waitFor(async () => expect(await listRenderers(app.pid)).not.toHaveLength(0), soon)
      for (const { status, command } of await listRenderers(app.pid)) {
        expect(status).toMatch(/^Seccomp:\s+2$/m)
        expect(status).toMatch(/^NoNewPrivs:\s+1$/m)
        expect(command).not.toContain('--no-sandbox')
      }
      app.stop('SIGTERM')
      expect(await app.ended).toBe(0)
      await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed')
    } finally {
      app.stop('SIGKILL')
    }
  })

  test.each([
    '--remote-debugging-port=0',
    '--remote-debugging-pipe',
    '--inspect=0',
    '--inspect-brk=0',
    '--js-flags=--expose-gc',
    '--load-extension=/tmp',
    '--trunk8-test-no-sandbox',
  ])('does not start with %s', async flag => {
    const app = installed.start([flag, `--user-data-dir=${join(installed.home, 'refused')}`])
    expect(await app.ended).toBe(1)
    expect(app.output()).toContain(`Trunk8 does not start with ${flag.split('=')[0]}`)
    expect(app.output()).not.toMatch(/DevTools listening|Debugger listening/)
  })

  test('cannot be turned into plain Node by its environment', async () => {
    const marker = join(installed.home, 'marker')
    const script = join(installed.home, 'script.cjs')
    await writeFile(script, `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`)
    const refused = ['--js-flags=--no-opt', `--user-data-dir=${join(installed.home, 'refused')}`]
    const app = installed.start([script, ...refused], {
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: `--require=${script}`,
    })
    expect(await app.ended).toBe(1)
    expect(app.output()).toContain('Trunk8 does not start with --js-flags')
    await expect(access(marker)).rejects.toThrow('ENOENT')
  })

  test('has its fuses set', async () => {
    expect(await readFuses(installed.program)).toEqual({
      runAsNode: false,
      cookieEncryption: true,
      nodeOptions: false,
      nodeCliInspect: false,
      asarIntegrity: true,
      onlyLoadAppFromAsar: true,
      browserV8Snapshot: false,
      fileProtocolPrivileges: false,
    })
  })

  test('holds what it runs and nothing else', async () => {
    const resources = join(installed.folder, 'resources')
    const files = await listAsar(join(resources, 'app.asar'))
    const paths = files.map(({ path }) => path)
    const expected =
      /^(package\.json|dist\/main\/[a-z-]+\.c?js|dist\/renderer\/(index\.html|static\/.+)|resources\/(icon\.png|tray\/.+\.png)|node_modules\/(keytar|@node-rs\/(argon2|bcrypt)(-linux-[a-z0-9-]+)?)\/.+)$/
    expect(paths.filter(path => !expected.test(path))).toEqual([])
    expect(paths.filter(path => /\.(map|ts|md|gyp|cc)$|\btest\b/.test(path))).toEqual([])
    expect(paths).toEqual(
      expect.arrayContaining(['dist/main/main.js', 'dist/main/preload.cjs', 'dist/renderer/index.html']),
    )
    const native = files.filter(({ path }) => path.endsWith('.node'))
    expect(native.map(({ isUnpacked }) => isUnpacked)).toEqual([true, true, true]) // argon2, bcrypt, the keychain
    await expect(access(join(resources, 'default_app.asar'))).rejects.toThrow('ENOENT')
    await expect(access(join(resources, 'app'))).rejects.toThrow('ENOENT')
  })

  test('is no larger than it has to be', async () => {
    const megabytes = (bytes: number) => Math.round(bytes / 1e6)
    const whole = megabytes(await measure(installed.folder))
    const ours = megabytes(await measure(join(installed.folder, 'resources')))
    console.log(`The unpacked app takes ${whole} MB, ${ours} MB of it ours`)
    expect(ours).toBeLessThan(20)
  })
})

/** Without a keychain the password is in a file, as the app says. */
async function readPassword(userData: string): Promise<string> {
  const text = await readFile(join(userData, 'secrets.toml'), 'utf8')
  return /admin_password = "(.+)"/.exec(text)?.[1] ?? ''
}

/** Signs in as a browser on the network does, makes a redirect, and follows it → where it leads. */
async function followNewLink(url: string, password: string): Promise<string | null> {
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const signedIn = await post('/auth/login', { password })
  expect(signedIn.status).toBe(200)
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { csrfToken } = (await signedIn.json()) as { csrfToken: string }
  const credentials = { Cookie: cookie, 'X-Trunk8-CSRF': csrfToken }
  const link = { code: 'plan', type: 'redirect', url: 'https://example.com/plan' }
  expect((await post('/api/v1/links', link, credentials)).status).toBe(201)
  const visit = await fetch(`${url}/plan`, { redirect: 'manual' })
  return visit.headers.get('location')
}

const listRenderers = async (pid: number) =>
  (await listDescendants(pid)).filter(({ command }) => command.includes('--type=renderer'))
