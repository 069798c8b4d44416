import { afterEach, describe, expect, test } from 'vitest'
import { api, ProxyProgram } from '../../src-server/contract/index.ts'
import { type Behind, testBehind } from '../helpers/behind-proxy.ts'
import { freePort } from '../helpers/headless.ts'
import { areThere } from '../helpers/programs.ts'
import {
  apacheFile,
  caddyHere,
  makeScratch,
  nginxHere,
  publicName,
  type RunningProxy,
  type Scratch,
  startApache,
  startCaddy,
  startNginx,
  testApache,
  testNginx,
  validateCaddy,
} from '../helpers/proxy-programs.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

/** The configurations that Trunk8 writes, as the programs themselves understand them. */

interface Program {
  readonly needs: readonly string[]
  /** Refuses what the program refuses. */
  validate(text: string, scratch: Scratch): Promise<string>
  start(text: string, port: number, scratch: Scratch): Promise<RunningProxy>
  readonly tooMany?: 429
}

const upstream = 0
const programs: Readonly<Record<ProxyProgram, Program>> = {
  nginx: {
    needs: ['nginx', 'openssl'],
    validate: async (text, scratch) =>
      testNginx(nginxHere(text, { ports: await sparePorts(text), upstream }, scratch), scratch),
    start: (text, port, scratch) => startNginx(nginxHere(text, { ports: {}, upstream }, scratch), port, scratch),
    tooMany: 429,
  },
  caddy: {
    needs: ['caddy', 'openssl'],
    validate: (text, scratch) => validateCaddy(caddyHere(text, { upstream }, scratch), scratch),
    start: (text, port, scratch) => startCaddy(caddyHere(text, { upstream }, scratch), port, scratch),
  },
  apache: {
    needs: ['apache2', 'openssl'],
    validate: async (text, scratch) => testApache(await apacheFile(text, { ports: await sparePorts(text) }, scratch)),
    start: async (text, port, scratch) =>
      startApache(await apacheFile(text, { ports: { [port]: port } }, scratch), port, scratch),
  },
}

/** The ports of a configuration are perhaps taken on this machine. */
async function sparePorts(text: string): Promise<Record<number, number>> {
  const named = [...text.matchAll(/(?:listen |\*:)(\d+)/g)].map(([, port]) => Number(port))
  return Object.fromEntries(await Promise.all(named.map(async port => [port, await freePort()])))
}

const configFor = (url: string, rest = '') => `
[app]
max_file_size_mb = 3
[server]
public_url = "${url}"
[proxy]
trusted = ["127.0.0.1"]
${rest}`

const read = async (server: TestServer, program: ProxyProgram) =>
  (await server.window.call(api.proxies.config, { program })).text

describe.each(ProxyProgram.options)('%s', name => {
  const program = programs[name]
  describe.skipIf(!areThere(...program.needs))('with the configuration that Trunk8 writes', () => {
    describe('behind it', () => {
      testBehind(
        async (): Promise<Behind> => {
          const port = await freePort()
          const host = `${publicName}:${port}`
          const server = await startTestServer({ owner: true, isLimited: true, config: configFor(`https://${host}`) })
          const proxy = await program.start(await read(server, name), port, await makeScratch())
          return { server, proxy, front: { port, isSecure: true, host } }
        },
        {
          ...{ namesSignIns: true, takesLargeFiles: true, hasSingleHeaders: true, keepsToItsName: true },
          ...(program.tooMany && { tooMany: program.tooMany }),
        },
      )
    })

    describe('whatever the settings', () => {
      let server: TestServer | undefined
      afterEach(() => server?.stop())

      test.each([
        ['a public name', 'https://share.example.com', ''],
        ['a port of its own', 'https://share.example.com:8443', ''],
        ['without encryption', 'http://share.example.com', ''],
        ['a name of the own network', 'https://nas.local', ''],
        ['an address', 'https://192.168.1.5', ''],
        ['encrypted within', 'https://share.example.com', '[tls]\nmode = "only"\n'],
        ['files of any size', 'https://share.example.com', '[app]\nmax_file_size_mb = 0\n'],
        ['no limits', 'https://share.example.com', '[rate_limit]\nenabled = false\n'],
        ['no bursts', 'https://share.example.com', '[rate_limit]\nlogin_burst = 0\nlogin_per_minute = 1.5\n'],
      ])('%s: the program takes it', async (_, url, rest) => {
        const config = rest.startsWith('[app]') ? configFor(url).replace(/\[app\]\n.*\n/, rest) : configFor(url, rest)
        server = await startTestServer({ owner: true, isLimited: true, config })
        const text = await read(server, name)
        expect(await program.validate(text, await makeScratch())).toMatch(/successful|Valid configuration|Syntax OK/)
        const hasHsts = text.includes('Strict-Transport-Security')
        expect(hasHsts).toBe(url.startsWith('https://share.example.com'))
      })
    })
  })
})

test('there is nothing to write without a public address, or for one with a path', async () => {
  for (const config of ['', '[server]\npublic_url = "https://example.com/share"\n']) {
    const server = await startTestServer({ owner: true, config })
    try {
      await expect(read(server, 'nginx')).rejects.toMatchObject({
        code: 'conflict',
        errors: [{ path: 'server.public_url' }],
      })
      await expect(server.window.call(api.proxies.check, {})).rejects.toMatchObject({ code: 'conflict' })
    } finally {
      await server.stop()
    }
  }
})
