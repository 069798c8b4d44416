/** What other programs make of our certificates: OpenSSL, and a browser with and without the authority among its own. */
import { execFile } from 'node:child_process'
import type { X509Certificate } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTrustStore } from '../../src-main/trust-store.ts'
import { api, trustPaths } from '../../src-server/contract/index.ts'
import { buildHeadless, freePort, runHeadless } from '../helpers/headless.ts'
import { areThere } from '../helpers/programs.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const run = promisify(execFile)
const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium'

let scratch: string
let server: TestServer
let authority: string

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 't8-'))
  server = await startTestServer({
    config: '[server]\nallowed_hosts = ["desk.local"]\n\n[tls]\nmode = "only"',
    owner: true,
  })
  authority = (await server.send({ path: trustPaths.certificate })).text
  await writeFile(join(scratch, 'ca.crt'), authority)
})
afterAll(async () => {
  await server.stop()
  await rm(scratch, { recursive: true, force: true })
})

describe.skipIf(!areThere('openssl'))('OpenSSL, as strict as it can be,', () => {
  const check = (kind: 'hostname' | 'ip', name: string) =>
    run(
      'openssl',
      ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', 'ca.crt', `-verify_${kind}`, name, 'server.crt'],
      {
        cwd: scratch,
      },
    ).then(
      () => 'good',
      ({ stderr }: { stderr: string }) => /lookup: (.*)/.exec(stderr)?.[1] ?? stderr,
    )

  beforeAll(async () => {
    const port = String(server.running.sharing.port)
    const shown = run('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'localhost'])
    shown.child.stdin?.end()
    const [pem] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/.exec((await shown).stdout) ?? []
    await writeFile(join(scratch, 'server.crt'), pem ?? '')
  })

  test.each([
    ['hostname', 'localhost'],
    ['hostname', hostname()],
    ['hostname', `${hostname()}.local`],
    ['hostname', 'desk.local'],
    ['ip', '127.0.0.1'],
    ['ip', '::1'],
  ] as const)('finds the certificate good for the %s %s', async (kind, name) => {
    expect(await check(kind, name)).toBe('good')
  })

  test.each([
    ['hostname', 'example.com', 'hostname mismatch'],
    ['hostname', 'other.local', 'hostname mismatch'],
    ['ip', '8.8.8.8', 'IP address mismatch'],
    ['ip', '127.0.0.2', 'IP address mismatch'],
  ] as const)('finds it good for no other: the %s %s', async (kind, name, why) => {
    expect(await check(kind, name)).toBe(why)
  })

  test('refuses what a stolen key of the authority signs for a bank', async () => {
    await copyFile(join(server.dataDir, 'state', 'certificate-authority-key'), join(scratch, 'ca.key'))
    await writeFile(join(scratch, 'bank.cnf'), 'subjectAltName=DNS:bank.example.com\n')
    await run(
      'openssl',
      [...'req -new -newkey rsa:2048 -nodes -keyout bank.key -out bank.csr -subj /CN=bank'.split(' ')],
      { cwd: scratch },
    )
    await run(
      'openssl',
      [...'x509 -req -in bank.csr -CA ca.crt -CAkey ca.key -CAcreateserial -extfile bank.cnf -out bank.crt'.split(' ')],
      { cwd: scratch },
    )
    const refused = run('openssl', ['verify', '-CAfile', 'ca.crt', 'bank.crt'], { cwd: scratch })
    await expect(refused).rejects.toMatchObject({ stderr: expect.stringContaining('permitted subtree violation') })
  })
})

describe.skipIf(!areThere(chromiumPath, 'certutil'))('a browser', () => {
  const names = '--host-resolver-rules=MAP desk.local 127.0.0.1'

  async function browse<T>(home: string, look: (browser: Browser) => Promise<T>): Promise<T> {
    await mkdir(home, { recursive: true })
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-background-networking', names],
      env: { ...process.env, HOME: home },
    })
    try {
      return await look(browser)
    } finally {
      await browser.close()
    }
  }

  const at = (host: string, scheme = 'https') =>
    `${scheme}://${host}:${server.running.sharing.port}${'/api/v1/openapi.json'}`

  test('that was told nothing warns', async () => {
    await browse(join(scratch, 'stranger'), async browser => {
      const page = await browser.newPage()
      await expect(page.goto(at('localhost'))).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID')
    })
  })

  test('that was told once by “Trust on this computer” is at ease by every name and address, and http leads it there', async () => {
    const home = join(scratch, 'friend')
    const trust = createTrustStore({ platform: 'linux', home })
    expect(await trust.has(authority)).toBe(false)
    await trust.add(authority)
    expect(await trust.has(authority)).toBe(true)
    await browse(home, async browser => {
      for (const host of ['localhost', '127.0.0.1', 'desk.local']) {
        const page = await browser.newPage()
        expect((await page.goto(at(host)))?.status()).toBe(200)
        expect(await page.evaluate('isSecureContext')).toBe(true)
        await page.goto(at(host, 'http'))
        expect(page.url()).toBe(at(host))
      }
    })
  })

  test('stays at ease with a renewed certificate', async () => {
    await server.window.call(api.tls.renew, {})
    await browse(join(scratch, 'friend'), async browser => {
      const page = await browser.newPage()
      expect((await page.goto(at('127.0.0.1')))?.status()).toBe(200)
    })
  })

  test('that was told to stop warns again', async () => {
    const home = join(scratch, 'friend')
    const trust = createTrustStore({ platform: 'linux', home })
    await trust.remove(authority)
    expect(await trust.has(authority)).toBe(false)
    await trust.remove(authority)
    await browse(home, async browser => {
      const page = await browser.newPage()
      await expect(page.goto(at('localhost'))).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID')
    })
  })
})

describe.skipIf(!areThere('faketime'))('a year later', () => {
  /** The certificate that a running server shows. */
  const shownAt = (url: string): Promise<X509Certificate> =>
    new Promise((resolve, reject) => {
      const { hostname: host, port } = new URL(url)
      const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
        const certificate = socket.getPeerX509Certificate()
        socket.end()
        if (certificate) resolve(certificate)
        else reject(new Error('It shows no certificate'))
      })
      socket.once('error', reject)
    })

  /** Starts the shipped command as if it were `later`, and looks at its certificate. */
  async function showIn(dataDir: string, later: string): Promise<X509Certificate> {
    const { stdout } = await run('faketime', ['-f', later, 'env'])
    const names = ['LD_PRELOAD', 'FAKETIME']
    const faked = stdout.split('\n').flatMap(line => {
      const [name = '', ...value] = line.split('=')
      return names.includes(name) ? [[name, value.join('=')]] : []
    })
    const headless = runHeadless({
      args: ['--data-dir', dataDir, '--host', '127.0.0.1', '--port', String(await freePort())],
      cwd: scratch,
      // Timers go by the machine's own clock, which nobody sets.
      env: { ...Object.fromEntries(faked), FAKETIME_DONT_FAKE_MONOTONIC: '1' },
    })
    try {
      return await shownAt(await headless.ready)
    } finally {
      headless.child.kill('SIGTERM')
      await headless.ended
    }
  }

  test('the shipped command renews its certificate by itself, of the same authority', async () => {
    await buildHeadless()
    const dataDir = join(scratch, 'years')
    const first = await showIn(dataDir, '+0d')
    const soon = await showIn(dataDir, '+300d')
    const later = await showIn(dataDir, '+370d')
    expect(soon.fingerprint256).toBe(first.fingerprint256)
    expect(later.fingerprint256).not.toBe(first.fingerprint256)
    expect(Date.parse(later.validTo)).toBeGreaterThan(Date.parse(first.validTo) + 365 * 86_400_000)
    expect(later.issuer).toBe(first.issuer)
  })
})
