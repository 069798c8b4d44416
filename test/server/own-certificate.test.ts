import { generateKeyPairSync, type X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { type BoughtPair, buyCertificate, writePair } from '../helpers/certificates.ts'
import { eventually, upload } from '../helpers/files.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const name = 'share.example.com'

let folder: string
let server: TestServer
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-'))
})
afterEach(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const certFile = () => join(folder, 'cert.pem')
const keyFile = () => join(folder, 'key.pem')
const config = () => `[tls]\ncert_file = "${certFile()}"\nkey_file = "${keyFile()}"\n`

async function start(pair?: BoughtPair, text = config()): Promise<void> {
  if (pair) await writePair(pair, certFile(), keyFile())
  server = await startTestServer({ config: text, owner: true })
}

const state = () => server.window.call(api.tls.get, {})
const problem = async () => {
  const { items } = await server.window.call(api.problems.list, {})
  return items.find(it => it.entry?.startsWith('tls.'))
}

/** The certificate that a new connection is shown. */
const shown = (): Promise<X509Certificate> =>
  new Promise((resolve, reject) => {
    const { port } = server.running.sharing
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const certificate = socket.getPeerX509Certificate()
      socket.end()
      if (certificate) resolve(certificate)
      else reject(new Error('It shows no certificate'))
    })
    socket.once('error', reject)
  })

test('a certificate that was bought serves with its chain, and nothing has to be trusted by hand', async () => {
  await start(await buyCertificate(name))
  expect((await shown()).subjectAltName).toBe(`DNS:${name}`)
  const now = await state()
  expect(now).toMatchObject({ source: 'own', names: [name], issuer: 'Some Company' })
  expect([now.authority, now.problem]).toEqual([undefined, undefined])
  expect((await server.send({ path: '/trust' })).text).toContain('There’s nothing to do')
  expect((await server.send({ path: '/trust/ca.crt' })).status).toBe(404)
})

test('another pair in the same files serves within seconds, and a download that runs goes on', async () => {
  await start(await buyCertificate(name))
  const before = await shown()
  const bytes = Buffer.alloc(32 * 1024 * 1024, 'x')
  await upload(await server.as(), 'big.txt', bytes, { code: 'big' })
  const request = get({ host: '127.0.0.1', port: server.running.sharing.port, path: '/big', rejectUnauthorized: false })
  const [reply] = (await once(request, 'response')) as [IncomingMessage]
  let size = 0
  const half = new Promise<void>(resolve => {
    reply.on('data', (chunk: Buffer) => {
      const isFirst = size === 0
      size += chunk.length
      if (!isFirst) return
      reply.pause()
      resolve()
    })
  })
  await half

  await writePair(await buyCertificate(name), certFile(), keyFile())
  await eventually(async () => (await shown()).fingerprint256 !== before.fingerprint256 || undefined)
  reply.resume()
  await once(reply, 'end')
  expect(size).toBe(bytes.length)
  expect(await problem()).toBeUndefined()
})

const broken: readonly (readonly [what: string, spoil: () => Promise<unknown>, told: string])[] = [
  [
    'a key of another certificate',
    async () => writeFile(keyFile(), (await buyCertificate(name)).key),
    'does not belong',
  ],
  ['a certificate that is none', () => writeFile(certFile(), 'nonsense'), 'holds no certificate'],
  ['a key that is none', () => writeFile(keyFile(), 'nonsense'), 'holds no private key'],
  ['a missing file', () => rm(keyFile()), 'There is no file'],
  [
    'a certificate that ended',
    async () => writePair(await buyCertificate(name, { from: -9, until: -2 }), certFile(), keyFile()),
    'ended on',
  ],
  [
    'a certificate that has not begun',
    async () => writePair(await buyCertificate(name, { from: 2, until: 9 }), certFile(), keyFile()),
    'only begins on',
  ],
  [
    'a key with a passphrase',
    () => {
      const { privateKey } = generateKeyPairSync('ec', {
        namedCurve: 'P-256',
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
      })
      return writeFile(keyFile(), privateKey)
    },
    'has a passphrase',
  ],
]

test.each(broken)('%s is told with its place, and the one before still serves', async (_, spoil, told) => {
  await start(await buyCertificate(name))
  const before = await shown()
  await spoil()
  // A look between the two files of a pair may find that they do not belong together.
  const found = await eventually(async () => {
    const now = await problem()
    return now?.detail.includes(told) ? now : undefined
  })
  expect(found).toMatchObject({ file: 'config/config.toml', entry: expect.stringMatching(/^tls\.(cert|key)_file$/) })
  expect(found.detail).toContain('The one before still serves')
  expect(found.detail).not.toMatch(/[\w+/]{40}/)
  expect((await shown()).fingerprint256).toBe(before.fingerprint256)
  expect((await state()).problem).toBe(found.detail)

  await writePair(await buyCertificate(name), certFile(), keyFile())
  await eventually(async () => ((await problem()) === undefined ? true : undefined))
  expect((await shown()).fingerprint256).not.toBe(before.fingerprint256)
})

test('at the start too: then one that Trunk8 makes serves meanwhile', async () => {
  await start()
  const found = await eventually(problem)
  expect(found).toMatchObject({ entry: 'tls.cert_file', detail: expect.stringContaining('There is no file') })
  expect(found.detail).toContain('One that Trunk8 made serves meanwhile')
  expect((await state()).source).toBe('made')
  expect((await shown()).issuer).toContain('Trunk8 on')
})

test('a certificate without its key is told as a key of config.toml that is missing', async () => {
  await writePair(await buyCertificate(name), certFile(), keyFile())
  await start(undefined, `[tls]\ncert_file = "${certFile()}"\n`)
  expect(await eventually(problem)).toMatchObject({ entry: 'tls.key_file' })
})

test('taken out of config.toml, it makes way for one that Trunk8 makes, at once', async () => {
  await start(await buyCertificate(name))
  await shown()
  await server.window.call(api.instance.update, { values: { 'tls.cert_file': '', 'tls.key_file': '' } })
  await eventually(async () => (await shown()).issuer.includes('Trunk8 on') || undefined)
})
