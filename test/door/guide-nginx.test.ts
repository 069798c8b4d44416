import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { type Behind, testBehind } from '../helpers/behind-proxy.ts'
import { signIn } from '../helpers/browser.ts'
import { upload } from '../helpers/files.ts'
import { freePort } from '../helpers/headless.ts'
import { areThere } from '../helpers/programs.ts'
import { makeScratch, nginxHere, publicName, startNginx } from '../helpers/proxy-programs.ts'
import { startTestServer, type TestServerOptions } from '../helpers/server.ts'
import { sendThrough, signInThrough } from '../helpers/through-proxy.ts'

/** The security guide’s nginx, word for word: what it leaves out or loses must not hurt whoever follows it. */

const uiDir = join(import.meta.dirname, '../../dist/renderer')
const guide = (name: string) => readFile(join(import.meta.dirname, '../fixtures/security-guide', name), 'utf8')

const config = `
[server]
public_url = "https://${publicName}"
[proxy]
trusted = ["127.0.0.1"]
`

type Reading = (ssl: string) => Promise<string>

async function start(read: Reading, more = '', options: TestServerOptions = {}): Promise<Behind> {
  const server = await startTestServer({ owner: true, config: config + more, ...options })
  const [secure, plain] = [await freePort(), await freePort()]
  const scratch = await makeScratch()
  const text = await read(await guide('nginx-ssl.conf'))
  const ports = { 443: secure, 80: plain }
  const here = nginxHere(text, { ports, upstream: server.running.sharing.port }, scratch)
  const proxy = await startNginx(here, secure, scratch)
  return {
    ...{ server, proxy },
    front: { port: secure, isSecure: true, host: publicName },
    plain: { port: plain, isSecure: false, host: publicName },
  }
}

/** The snippets go where their comments say; two `location /` cannot stand together, so the limit goes into the first. */
const withRateLimits: Reading = async ssl => {
  const snippet = await guide('nginx-rate-limiting.conf')
  const [zones = '', locations = ''] = snippet.split('# In server block\n')
  const [login = ''] = locations.split(/^location \/ \{/m)
  const limit = /limit_req zone=general.*;/.exec(locations)?.[0] ?? ''
  const server = ssl.replace('    location / {\n', `${login}\n    location / {\n        ${limit}\n`)
  return zones + server.replace('add_header X-Frame', `${await guide('nginx-csp.conf')}    add_header X-Frame`)
}

const withAllowList: Reading = async ssl =>
  ssl.replace('    location / {\n', `${await guide('nginx-ip-whitelisting.conf')}\n    location / {\n`)

const asItStands: Reading = async ssl => ssl

describe.skipIf(!areThere('nginx', 'openssl'))('behind the guide’s nginx', () => {
  describe('as it stands', () => {
    testBehind(() => start(asItStands), { namesSignIns: true, takesLargeFiles: false, hasSingleHeaders: false })
  })

  describe('with the limits pasted in', () => {
    testBehind(() => start(withRateLimits), {
      ...{ namesSignIns: false, takesLargeFiles: false, hasSingleHeaders: false },
      tooMany: 503,
    })
  })

  test('the interface works in a browser, under the guide’s own policy and within its limits', async () => {
    const { server, proxy, front } = await start(withRateLimits, '', { uiDir })
    const toProxy = `--host-resolver-rules=MAP ${publicName} 127.0.0.1:${front.port}`
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-background-networking', toProxy],
    })
    const faults: string[] = []
    try {
      const page = await browser.newPage({ ignoreHTTPSErrors: true })
      page.on('console', message => {
        if (/Content Security Policy|violat/i.test(message.text())) faults.push(message.text())
      })
      page.on('response', reply => {
        if (reply.status() >= 500) faults.push(`${reply.status()} ${reply.url()}`)
      })
      await page.goto(`https://${publicName}/`)
      await signIn(page, server.adminPassword)
      expect(faults).toEqual([])
    } finally {
      await browser.close()
      await proxy.stop()
      await server.stop()
    }
  })

  describe('with the allow list pasted in', () => {
    let behind: Behind
    beforeAll(async () => {
      behind = await start(withAllowList)
    })
    afterAll(async () => {
      await behind?.proxy.stop()
      await behind?.server.stop()
    })

    test('nobody else signs in, and links open for all', async () => {
      const { front, server } = behind
      const body = JSON.stringify({ username: 'admin', password: server.adminPassword })
      const headers = { 'Content-Type': 'application/json', 'X-Forwarded-For': '203.0.113.5' }
      expect((await sendThrough(front, { method: 'POST', path: '/auth/login', body, headers })).status).toBe(403)
      await server.window.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'open' })
      expect((await sendThrough(front, { path: '/open' })).status).toBe(302)
    })
  })

  describe('with a list of our own', () => {
    let behind: Behind
    const list = '[access]\nlogin_allow = ["127.0.0.77", "6.6.6.6"]\n'
    afterAll(async () => {
      await behind?.proxy.stop()
      await behind?.server.stop()
    })

    test('an address that a visitor claims opens nothing, also where the proxy passes it on', async () => {
      behind = await start(withRateLimits, list)
      const { front, server } = behind
      const claim = { 'X-Forwarded-For': '6.6.6.6', 'X-Real-IP': '6.6.6.6' }
      await expect(
        signInThrough(front, server.adminPassword, { from: '127.0.0.66', headers: claim }),
      ).rejects.toMatchObject({ code: 'address_not_allowed' })
    })
  })

  test('a file that the guide’s nginx refuses is explained, with the line that mends it', async () => {
    const port = await freePort()
    // Here the name has to lead to the proxy for this computer itself too.
    const own = `[server]\npublic_url = "https://localhost:${port}"\n[proxy]\ntrusted = ["127.0.0.1"]\n`
    const server = await startTestServer({ owner: true, config: own })
    const scratch = await makeScratch()
    const text = (await withRateLimits(await guide('nginx-ssl.conf'))).replaceAll(publicName, 'localhost')
    const ports = { 443: port, 80: await freePort() }
    const here = nginxHere(text, { ports, upstream: server.running.sharing.port }, scratch)
    const proxy = await startNginx(here, port, scratch)
    try {
      const { items } = await server.window.call(api.proxies.check, {})
      expect(items).toMatchObject([
        { about: 'reach', outcome: 'ok' },
        { about: 'address', outcome: 'ok', detail: expect.stringContaining('127.0.0.1') },
        { about: 'sign_in', outcome: 'bad', lines: expect.arrayContaining(['proxy_set_header Host $host;']) },
        { about: 'uploads', outcome: 'bad', lines: ['client_max_body_size 101m;'] },
      ])
      const mended = here
        .replace('server_name', 'client_max_body_size 101m;\nserver_name')
        .replace(/limit_req zone=login.*;/, limit => `${limit}\n${items[2]?.lines?.join('\n')}`)
      await proxy.stop()
      const scratchAfter = await makeScratch()
      const again = await startNginx(mended.replaceAll(scratch.folder, scratchAfter.folder), port, scratchAfter)
      try {
        const after = await server.window.call(api.proxies.check, {})
        expect(after.items.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok'])
        const front = { port, isSecure: true, host: 'localhost' }
        const person = await signInThrough(front, server.adminPassword, {
          headers: { Origin: `https://localhost:${port}` },
        })
        const headers = { Origin: `https://localhost:${port}` }
        const sender = {
          ...person,
          send: (it: Parameters<typeof person.send>[0]) =>
            person.send({ ...it, headers: { ...it.headers, ...headers } }),
        }
        expect((await upload(sender, 'large.zip', Buffer.alloc(2_000_000))).status).toBe(201)
      } finally {
        await again.stop()
      }
    } finally {
      await server.stop()
    }
  })
})
