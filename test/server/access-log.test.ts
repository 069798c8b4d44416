import { mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, type Mock, test, vi } from 'vitest'
import { formatVisit, type Visit } from '../../src-server/access-log/line.ts'
import { createLineFile } from '../../src-server/access-log/line-file.ts'
import { api } from '../../src-server/contract/index.ts'
import { accessLines, linesOf } from '../helpers/access-log.ts'
import { upload } from '../helpers/files.ts'
import { sendRaw } from '../helpers/raw-socket.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const visit: Visit = {
  address: '192.0.2.7',
  at: new Date(2026, 10, 8, 6, 5, 4),
  request: { method: 'GET', target: '/x', version: '1.1' },
  status: 200,
  bytes: 12,
  referer: undefined,
  userAgent: 'curl/8',
}

describe('a line', () => {
  test('has the fields of nginx’s combined form, the time in local time with its offset', () => {
    const time = String.raw`08/Nov/2026:06:05:04 [+-]\d{4}`
    expect(formatVisit(visit)).toMatch(
      new RegExp(String.raw`^192\.0\.2\.7 - - \[${time}\] "GET /x HTTP/1\.1" 200 12 "-" "curl/8"$`),
    )
    expect(formatVisit({ ...visit, request: undefined, userAgent: undefined })).toMatch(/\] "-" 200 12 "-" "-"$/)
  })

  test.each([
    ['a"b', String.raw`a\x22b`],
    ['a\\b', String.raw`a\x5Cb`],
    ['a\r\nb\t\0', String.raw`a\x0D\x0Ab\x09\x00`],
    ['\x7f\x80\xff', String.raw`\x7F\x80\xFF`],
    ['Zürich'.normalize('NFC'), String.raw`Z\xFCrich`],
    ['\u2028', String.raw`\xE2\x80\xA8`],
    [" !#$%&'()*+,-./:;<=>?@[]^_`{|}~", " !#$%&'()*+,-./:;<=>?@[]^_`{|}~"],
  ])('%j stands in it as nginx has it', (text, written) => {
    expect(formatVisit({ ...visit, userAgent: text }).endsWith(`"-" "${written}"`)).toBe(true)
    expect(formatVisit({ ...visit, referer: text })).toContain(`"${written}" "curl/8"`)
  })

  test.each([
    ['/api/v1/links?api_key=t8_abc123&q=x', '/api/v1/links?api_key=***&q=x'],
    ['/api/v1/links?whatever=t8%5Fabc123', '/api/v1/links?whatever=***'],
    ['/api/v1/links?whatever=%748_abc123', '/api/v1/links?whatever=***'],
    ['/t8_abc123/x?t8_abc123', '/t8_***/x?t8_***'],
    ['/auth/oidc/callback?code=s3cret&state=s3cret&error=x', '/auth/oidc/callback?code=***&state=***&error=x'],
    ['/x?password=s3cret', '/x?password=***'],
    ['/x?q=a=b&&=&r', '/x?q=a=b&&=&r'],
    ['/search?q=100%', '/search?q=100%'],
  ])('%s holds no secret any more', (target, written) => {
    const line = formatVisit({ ...visit, request: { method: 'GET', target, version: '1.1' } })
    expect(line).toContain(`"GET ${written} HTTP/1.1"`)
    expect(formatVisit({ ...visit, referer: `https://x.test${target}` })).toContain(`"https://x.test${written}"`)
  })
})

describe('the log of a server', () => {
  let server: TestServer
  afterEach(() => server.stop())

  test('every request of the network is in it with what it was answered, the desktop’s are not', async () => {
    server = await startTestServer({ owner: true })
    await upload(server.window, 'a.txt', 'x'.repeat(5000), { code: 'text' })
    await server.window.call(api.links.list, {})
    const headers = { 'User-Agent': 'agent "007"', Referer: 'http://127.0.0.1/from' }
    await server.send({ path: '/text?inline=1', from: '127.0.0.66', headers })
    await server.send({ path: '/text', headers: { Range: 'bytes=10-19' } })
    await server.send({ path: '/text', method: 'HEAD' })
    const { text } = await server.send({ path: '/nothing' })
    await server.send({ path: '/x', headers: { Host: 'evil.test' } })
    const lines = await accessLines(server, 5)
    const ends = lines.map(line => line.replace(/^(\S+ - - )\[.+?\] /, '$1'))
    for (const end of [
      String.raw`127.0.0.66 - - "GET /text?inline=1 HTTP/1.1" 200 5000 "http://127.0.0.1/from" "agent \x22007\x22"`,
      '127.0.0.1 - - "GET /text HTTP/1.1" 206 10 "-" "-"',
      '127.0.0.1 - - "HEAD /text HTTP/1.1" 200 0 "-" "-"',
      `127.0.0.1 - - "GET /nothing HTTP/1.1" 404 ${Buffer.byteLength(text)} "-" "-"`,
      expect.stringMatching(/^127\.0\.0\.1 - - "GET \/x HTTP\/1\.1" 421 \d+ "-" "-"$/),
    ]) {
      expect(ends).toContainEqual(end)
    }
    expect(lines).toHaveLength(5)
    expect((await stat(join(server.dataDir, 'logs/access.log'))).mode & 0o777).toBe(0o600)
  })

  test('who leaves before the end has a 499', async () => {
    server = await startTestServer({ owner: true })
    await upload(server.window, 'big.bin.zip', Buffer.alloc(30_000_000), { code: 'big' })
    await new Promise<void>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: new URL(server.url).port, path: '/big' }, reply => {
        reply.once('data', () => {
          reply.destroy()
          resolve()
        })
      })
      asked.once('error', reject).end()
    })
    const [line = ''] = await accessLines(server)
    expect(line).toMatch(/"GET \/big HTTP\/1\.1" 499 \d+ "-" "-"$/)
    const bytes = Number(/ 499 (\d+) /.exec(line)?.[1])
    expect(bytes).toBeGreaterThan(0)
    expect(bytes).toBeLessThan(30_000_000)
  })

  test('method, target and version stand in it as they came', async () => {
    server = await startTestServer()
    const port = server.running.sharing.port
    await sendRaw(port, 'PROPFIND /%41/../b?c=%ff HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n')
    await sendRaw(port, 'GET http://127.0.0.1/abs HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n')
    const [first, second] = await accessLines(server, 2)
    expect(first).toContain('"PROPFIND /%41/../b?c=%ff HTTP/1.0" ')
    expect(second).toContain('"GET http://127.0.0.1/abs HTTP/1.1" ')
  })

  test('it is switched off and on while it runs', async () => {
    server = await startTestServer({ owner: true, config: '[logging]\naccess_log = false\n' })
    await server.send({ path: '/unseen' })
    await server.window.call(api.instance.update, { values: { 'logging.access_log': true } })
    await server.send({ path: '/seen' })
    expect((await accessLines(server)).map(line => line.includes('/seen '))).toEqual([true])
    await server.window.call(api.instance.update, { values: { 'logging.access_log': false } })
    await server.send({ path: '/unseen' })
    await server.window.call(api.instance.update, { values: { 'logging.access_log': true } })
    await server.send({ path: '/seen' })
    expect((await accessLines(server, 2)).every(line => line.includes('/seen '))).toBe(true)
  })

  test('how large it grows, and how many old ones are kept, is changed while it runs', async () => {
    server = await startTestServer({ owner: true })
    const logs = () => readdir(join(server.dataDir, 'logs')).then(names => names.filter(it => it.startsWith('access')))
    const fill = async () => {
      for (let round = 0; round < 60; round += 1)
        await server.send({ path: '/', headers: { 'User-Agent': 'x'.repeat(4000) } })
    }
    await fill()
    await accessLines(server, 60)
    expect(await logs()).toEqual(['access.log'])
    await server.window.call(api.instance.update, { values: { 'logging.max_mb': 0.1, 'logging.keep': 2 } })
    await fill()
    await expect.poll(logs, { timeout: 10_000 }).toEqual(['access.1.log', 'access.2.log', 'access.log'])
    await server.window.call(api.instance.update, { values: { 'logging.keep': 1 } })
    await fill()
    await expect.poll(logs, { timeout: 10_000 }).toEqual(['access.1.log', 'access.log'])
  })

  test('what was asked last is in it when the server has stopped', async () => {
    server = await startTestServer()
    const asked = Array.from({ length: 200 }, (_, index) => server.send({ path: `/n${index}` }))
    await Promise.all(asked)
    await server.restart()
    expect(await linesOf(join(server.dataDir, 'logs/access.log'))).toHaveLength(200)
  })
})

describe('a file of lines', () => {
  let folder: string
  let path: string
  let told: { readonly trouble: Mock; readonly relief: Mock }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 't8-'))
    path = join(folder, 'access.log')
    told = { trouble: vi.fn(), relief: vi.fn() }
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const openFile = (limits = { maxBytes: 1000, keep: 2 }) =>
    createLineFile({ path, limits: () => limits, onTrouble: told.trouble, onRelief: told.relief })
  const written = (many: number, of = path) =>
    vi.waitFor(async () => expect(await linesOf(of)).toHaveLength(many), { timeout: 10_000, interval: 5 })

  test('makes way when it is full, and as many old ones stay as are wanted', async () => {
    await writeFile(join(folder, 'access.3.log'), 'left over from when more were kept\n')
    const file = openFile()
    for (const letter of ['a', 'b', 'c', 'd']) {
      file.add(letter.repeat(600))
      await vi.waitFor(async () => expect((await linesOf(path))[0]).toBe(letter.repeat(600)))
    }
    await file.close()
    expect((await readdir(folder)).sort()).toEqual(['access.1.log', 'access.2.log', 'access.log'])
    expect((await linesOf(join(folder, 'access.2.log')))[0]?.[0]).toBe('b')
  })

  test('is begun anew when somebody moved it away, and no line is lost', async () => {
    const file = openFile({ maxBytes: 1e6, keep: 2 })
    file.add('one')
    await written(1)
    await rename(path, `${path}.1`)
    file.add('two')
    await written(1)
    await rm(path)
    file.add('three')
    await written(1)
    await file.close()
    expect([await linesOf(`${path}.1`), await linesOf(path)]).toEqual([['one'], ['three']])
  })

  test('goes on where it was when somebody emptied it', async () => {
    const file = openFile()
    file.add('x'.repeat(900))
    await written(1)
    await writeFile(path, '')
    file.add('y'.repeat(900))
    await vi.waitFor(async () => expect(await linesOf(path)).toEqual(['y'.repeat(900)]))
    await file.close()
    expect(await readdir(folder)).toEqual(['access.log'])
  })

  test.skipIf(process.platform !== 'linux')('drops what a full disk does not take, and says so once', async () => {
    await symlink('/dev/full', path)
    const file = openFile()
    for (const line of ['one', 'two', 'three']) {
      file.add(line)
      await new Promise(setImmediate)
    }
    await vi.waitFor(() => expect(told.trouble).toHaveBeenCalledOnce())
    expect(told.trouble.mock.calls[0]?.[0]).toMatchObject({ code: 'ENOSPC' })
    await file.close()
    await rm(path)
    file.add('four')
    await written(1)
    await vi.waitFor(() => expect(told.relief).toHaveBeenCalledWith(3))
    await file.close()
    expect(told.trouble).toHaveBeenCalledOnce()
    expect(await linesOf(path)).toEqual(['four'])
  })
})
