import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { linesOf } from '../helpers/access-log.ts'
import { soon } from '../helpers/files.ts'
import { freePort } from '../helpers/headless.ts'
import { areThere } from '../helpers/programs.ts'
import { makeScratch, startNginx } from '../helpers/proxy-programs.ts'
import { sendRaw } from '../helpers/raw-socket.ts'
import { startTestServer } from '../helpers/server.ts'

/** What both logs say of a request, but for the time and the answer, which are each one’s own. */
const compared = (line: string): string =>
  line.replace(/\[[^\]]+\]/, '[time]').replace(/^(.*?\] "(?:[^"\\]|\\.)*") \d+ \d+ /, '$1 ')

/** Every printable sign and every byte beyond, but for what ends a header. */
const bytes = (from: number, to: number): string =>
  String.fromCharCode(...Array.from({ length: to - from }, (_, index) => from + index))

const plain = [
  'curl/8',
  '',
  ' ',
  'a"b',
  'a\\b',
  String.raw`\x22`,
  '" 200 0 "-" "x',
  'a\tb',
  '%22%0a',
  '$remote_addr',
  '[x]',
]
const agents = [
  ...[...plain, bytes(0x21, 0x7f), bytes(0x80, 0x100)],
  ...['Zürich', 'кириллица', '🦊'].map(text => Buffer.from(text).toString('latin1')),
]
const targets = [
  '/',
  '/x?a=b&c',
  '/%22%0d%0a',
  '/a%20b',
  "/a'b(c)~!$&*+,;=:@",
  '/x?q=%ff',
  '//x',
  '/./a/../b',
  '/a|b^c`d{e}',
]

test.skipIf(!areThere('nginx', 'openssl'))('a request is written down as nginx writes it, byte for byte', async () => {
  const server = await startTestServer()
  const port = await freePort()
  const scratch = await makeScratch()
  const nginx = await startNginx(`server { listen 127.0.0.1:${port}; return 404; }`, port, scratch)
  try {
    const requests = [
      ...agents.flatMap(agent => [
        ['GET /x HTTP/1.1', 'Host: 127.0.0.1', `User-Agent: ${agent}`],
        ['GET /x HTTP/1.1', 'Host: 127.0.0.1', `Referer: ${agent}`],
      ]),
      ...targets.map(target => [`GET ${target} HTTP/1.1`, 'Host: 127.0.0.1']),
      ...['HEAD', 'OPTIONS', 'DELETE', 'PROPFIND'].map(method => [`${method} /x HTTP/1.1`, 'Host: 127.0.0.1']),
      ['GET /old HTTP/1.0', 'Host: 127.0.0.1'],
    ].map(lines => Buffer.from(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`, 'latin1'))
    for (const request of requests) {
      await sendRaw(port, request, { from: '127.0.0.66' })
      await sendRaw(server.running.sharing.port, request, { from: '127.0.0.66' })
    }
    const both = [join(scratch.folder, 'access.log'), join(server.dataDir, 'logs/access.log')]
    const [theirs = [], ours = []] = await vi.waitFor(async () => {
      const logs = await Promise.all(both.map(linesOf))
      const mine = logs.map(lines => lines.filter(it => it.startsWith('127.0.0.66')))
      for (const lines of mine) expect(lines).toHaveLength(requests.length)
      return mine
    }, soon)
    expect(ours.map(compared)).toEqual(theirs.map(compared))
  } finally {
    await nginx.stop()
    await server.stop()
  }
})
