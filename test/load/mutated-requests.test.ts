import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildHeadless, freePort, type HeadlessRun, runHeadless } from '../helpers/headless.ts'
import { areThere } from '../helpers/programs.ts'

const run = promisify(execFile)

/** Requests that were whole once, with bits turned over: no answer is a failure of ours, and none is the end of us. */

const total = 20_000
const together = 16
const isHere = areThere('zzuf')

let folder: string
let server: HeadlessRun
let url: URL

beforeAll(async () => {
  if (!isHere) return
  await buildHeadless()
  folder = await mkdtemp(join(tmpdir(), 't8-mutated-'))
  await mkdir(join(folder, 'data/config'), { recursive: true })
  await writeFile(join(folder, 'data/config/config.toml'), '[rate_limit]\nenabled = false\n')
  const args = ['--data-dir', join(folder, 'data'), '--host', '127.0.0.1', '--port', String(await freePort())]
  server = runHeadless({ args, env: { TRUNK8_ADMIN_PASSWORD: 'correct horse battery staple' }, cwd: folder })
  url = new URL(await server.ready)
})
afterAll(async () => {
  if (!isHere) return
  server.child.kill('SIGTERM')
  await server.ended
  await rm(folder, { recursive: true, force: true })
})

const request = (line: string, headers: readonly string[] = [], body = '') =>
  [`${line} HTTP/1.1`, `Host: ${url.host}`, 'Connection: close', ...headers, '', body].join('\r\n')

function originals(): string[] {
  const form = 'username=admin&password=wrong'
  const json = '{"type":"redirect","url":"https://example.com/","code":"x"}'
  const parts = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\ntext\r\n--b--\r\n'
  const body = (type: string, text: string) => [`Content-Type: ${type}`, `Content-Length: ${text.length}`]
  return [
    request('GET /'),
    request('GET /none?inline=1', ['Range: bytes=0-99', 'If-None-Match: "a"', 'Accept: text/html,*/*;q=0.8']),
    request('GET /static/pages.css', ['Accept-Encoding: gzip, br', 'Cookie: t8=abc; theme=x']),
    request('GET /api/v1/links?limit=20&sort=code', ['Authorization: Bearer t8_0123456789abcdef']),
    request('POST /auth/login', body('application/x-www-form-urlencoded', form), form),
    request('POST /api/v1/links', body('application/json', json), json),
    request('POST /api/v1/links', body('multipart/form-data; boundary=b', parts), parts),
    request(
      'POST /auth/login',
      ['Content-Type: application/json', 'Transfer-Encoding: chunked'],
      '2\r\n{}\r\n0\r\n\r\n',
    ),
    request('GET /none', ['X-Forwarded-For: 1.2.3.4', 'X-Forwarded-Proto: https', 'Origin: http://localhost:5001']),
    request('HEAD /none+', ['User-Agent: Mozilla/5.0 (X11; Linux x86_64)', 'Referer: http://localhost/']),
  ]
}

/** Equal parts of the originals end to end: one call of zzuf spoils thousands of requests, each in its own way. */
async function spoil(count: number, ratio: string, seed: number): Promise<Buffer[]> {
  const wholes = originals()
  const size = Math.max(...wholes.map(text => text.length))
  const file = join(folder, `originals-${seed}`)
  const all = Array.from({ length: count }, (_, index) => (wholes[index % wholes.length] ?? '').padEnd(size, '\n'))
  await writeFile(file, all.join(''), 'latin1')
  const { stdout } = await run('zzuf', ['-c', '-s', String(seed), '-r', ratio, 'cat', file], {
    encoding: 'buffer',
    maxBuffer: 64 * 1024 * 1024,
  })
  return Array.from({ length: count }, (_, index) => {
    const { length } = wholes[index % wholes.length] ?? ''
    return stdout.subarray(index * size, index * size + length)
  })
}

/** What comes back, as far as it says anything. */
function send(bytes: Buffer): Promise<string> {
  return new Promise(resolve => {
    const socket = connect(Number(url.port), url.hostname)
    const pieces: Buffer[] = []
    socket.on('data', piece => pieces.push(piece)).on('error', () => {})
    socket.once('close', () => resolve(Buffer.concat(pieces).toString('latin1')))
    // One that lost its end says so by ending, and so does not wait for what never comes.
    socket.end(bytes)
  })
}

describe.skipIf(!isHere)('twenty thousand spoiled requests', () => {
  test('are answered by what is wrong with them, and never by a failure of ours', async () => {
    const ratios = ['0.0005', '0.002', '0.005', '0.02']
    const spoiled = await Promise.all(ratios.map((ratio, seed) => spoil(total / ratios.length, ratio, seed + 1)))
    const waiting = spoiled.flat()
    expect(waiting).toHaveLength(total)
    const statuses = new Map<string, number>()
    const failed: string[] = []
    const work = async () => {
      for (let bytes = waiting.pop(); bytes; bytes = waiting.pop()) {
        const status = /^HTTP\/1\.1 (\d{3}) /.exec(await send(bytes))?.[1] ?? 'none'
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status.startsWith('5') && failed.length < 5) failed.push(bytes.toString('latin1'))
      }
    }
    await Promise.all(Array.from({ length: together }, work))
    expect(failed).toEqual([])
    // Some are still whole, and most are not.
    for (const status of ['200', '400', '401', '404', '421'])
      expect(statuses.get(status) ?? 0, status).toBeGreaterThan(50)
    expect(server.child.exitCode).toBeNull()
    expect((await fetch(new URL('/healthz', url))).status).toBe(200)
    expect(await readFile(join(folder, 'data/logs/app.log'), 'utf8')).not.toMatch(/ (ERROR|CRITICAL): /)
  })
})
