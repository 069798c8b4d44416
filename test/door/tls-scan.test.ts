import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buyCertificate, writePair } from '../helpers/certificates.ts'
import { areThere } from '../helpers/programs.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const run = promisify(execFile)

/** What others’ scanners find in our TLS, with the certificate that Trunk8 makes. */

let server: TestServer
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-scan-'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Trunk8</title>')
  server = await startTestServer({ uiDir: folder })
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const target = () => `127.0.0.1:${server.running.sharing.port}`

describe.skipIf(!areThere('sslscan'))('sslscan', () => {
  test('is offered TLS 1.2 and 1.3 alone, with the four suites that the guide has', async () => {
    const file = join(folder, 'sslscan.xml')
    await run('sslscan', ['--no-colour', `--xml=${file}`, target()])
    const xml = await readFile(file, 'utf8')
    const protocols = [...xml.matchAll(/<protocol type="(\w+)" version="([\d.]+)" enabled="1"/g)]
    expect(protocols.map(([, type, version]) => `${type} ${version}`)).toEqual(['tls 1.2', 'tls 1.3'])
    const suites = [...xml.matchAll(/<cipher [^>]*sslversion="([^"]+)"[^>]* cipher="([^"]+)"/g)]
    expect(suites.map(([, version, suite]) => `${version} ${suite}`).sort()).toEqual([
      'TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256',
      'TLSv1.3 TLS_AES_128_GCM_SHA256',
      'TLSv1.3 TLS_AES_256_GCM_SHA384',
      'TLSv1.3 TLS_CHACHA20_POLY1305_SHA256',
    ])
    expect(xml).toContain('<heartbleed sslversion="TLSv1.2" vulnerable="0"')
    expect([...xml.matchAll(/<group [^>]*name="([^"]+)"/g)].map(([, name]) => name)).not.toContain('ffdhe2048')
  })
})

interface Finding {
  readonly id: string
  readonly severity: string
  readonly finding: string
}

describe.skipIf(!areThere('testssl'))('testssl', () => {
  test('finds no weakness: protocols, suites, forward secrecy, known attacks, headers', {
    timeout: 600_000,
  }, async () => {
    const findings = await scan(['-n', 'none', '-p', '-s', '-f', '-U', '-h', `https://${target()}/`])
    const passed = findings.filter(({ severity }) => ['OK', 'INFO'].includes(severity))
    expect(passed.length).toBeGreaterThan(40)
    // The first is about its own engine. The second is for public names alone: on a network at home it would lock people out.
    const known = ['engine_problem', 'HSTS']
    const others = findings.filter(it => !passed.includes(it) && !known.includes(it.id))
    expect(others.map(({ id, severity, finding }) => `${severity} ${id}: ${finding}`)).toEqual([])
  })
  test('finds no fault with the headers by a public name either, strict transport security among them', async () => {
    const name = 'share.example.com'
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    await writePair(await buyCertificate(name), certificate, key)
    const named = await startTestServer({
      uiDir: folder,
      config: `[server]\npublic_url = "https://${name}"\n[tls]\ncert_file = "${certificate}"\nkey_file = "${key}"\n`,
    })
    try {
      const port = named.running.sharing.port
      const findings = await scan(['-n', 'none', '-h', '--ip', '127.0.0.1', `https://${name}:${port}/`])
      expect(findings.find(({ id }) => id === 'HSTS_time')?.severity).toBe('OK')
      const others = findings.filter(
        ({ id, severity }) => !['OK', 'INFO'].includes(severity) && id !== 'engine_problem',
      )
      expect(others.map(({ id, severity, finding }) => `${severity} ${id}: ${finding}`)).toEqual([])
    } finally {
      await named.stop()
    }
  })
})

/** Its exit code counts what it has to say, whatever that is. */
async function scan(args: readonly string[]): Promise<Finding[]> {
  const file = join(await mkdtemp(join(folder, 'testssl-')), 'found.json')
  const quietly = ['--quiet', '--color', '0', '--warnings', 'off', '--jsonfile', file]
  await run('testssl', [...quietly, ...args], { maxBuffer: 16 * 1024 * 1024 }).catch(() => {})
  return JSON.parse(await readFile(file, 'utf8'))
}
