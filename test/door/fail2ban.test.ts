import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { accessLines } from '../helpers/access-log.ts'
import { guideFilter, matchedAddresses, startFail2ban } from '../helpers/fail2ban.ts'
import { soon, usersToml } from '../helpers/files.ts'
import { areThere } from '../helpers/programs.ts'
import { sendRaw } from '../helpers/raw-socket.ts'
import { setUpSecondStep } from '../helpers/second-step.ts'
import { type RawReply, startTestServer, type TestServer } from '../helpers/server.ts'

/** The guide’s filter on this server’s own log: it finds every guess, and nobody can make it find another’s. */

const password = 'a password for ann alone'
const config = '[bans]\nenabled = false\n[tls]\nallow_http_login = true\n'
let server: TestServer
let log: string
beforeEach(async () => {
  server = await startTestServer({ config, owner: true, files: { 'users/users.toml': usersToml({ ann: password }) } })
  log = join(server.dataDir, 'logs/access.log')
})
afterEach(() => server.stop())

const guess = (from: string, fields: Record<string, unknown>, type = 'application/json'): Promise<RawReply> =>
  server.send({
    ...{ method: 'POST', path: '/auth/login', from, isSecure: true },
    headers: { 'Content-Type': type },
    body:
      type === 'application/json'
        ? JSON.stringify(fields)
        : new URLSearchParams(fields as Record<string, string>).toString(),
  })

/** What pretends to be a guess: `"POST /auth/login HTTP/1.1" 401` in every place that a client can write to. */
const line = 'POST /auth/login HTTP/1.1'
const forged = [`" "${line}" 401`, `"${line}" 401 0`, `\\" "${line}" 401`, `\\x22 "${line}" 401 0 "-" "-"`]
const hit = `127.0.0.9 - - [28/Nov/2026:06:00:00 +0000] "${line}" 401 5 "-" "x"`

function forgeries(): string[] {
  const get = (target: string, ...headers: string[]) =>
    `${[`GET ${target} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`
  const post = (target: string, body: string, ...headers: string[]) =>
    `${[`POST ${target} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', `Content-Length: ${body.length}`, ...headers].join('\r\n')}\r\n\r\n${body}`
  const json = 'Content-Type: application/json'
  return [
    ...[...forged, hit].flatMap(text => [
      ...['User-Agent', 'Referer', 'X-Forwarded-For', 'X-Real-IP', 'Cookie', 'Accept', 'Origin'].map(name =>
        get('/x', `${name}: ${text}`),
      ),
      get(`/x?${text.replaceAll(' ', '%20')}`),
      get(`/${text.replaceAll(' ', '\t')}`),
      get('/x', `Authorization: Basic ${Buffer.from(`${text}:x`).toString('base64')}`),
    ]),
    ...[`GET /"${line}"\t401 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`, `"${line}" 401\r\n\r\n`, `${hit}\r\n\r\n`],
    `GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: a\r\n ${line} 401\r\nConnection: close\r\n\r\n`,
    `GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: a\n${hit}\r\nConnection: close\r\n\r\n`,
    `GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: a\r${hit}\r\nConnection: close\r\n\r\n`,
    `GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: a\0${hit}\r\nConnection: close\r\n\r\n`,
    `GET /x HTTP/1.1\r\nHost: ${hit}\r\nConnection: close\r\n\r\n`,
    `POST\t/auth/login\tHTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    // Other spellings of the address are no sign-in, and neither is what asks by another method.
    ...['/auth/login?x=1', '/auth/login/', '//auth/login', '/auth/%6Cogin', '/AUTH/LOGIN', '/auth/login#'].map(target =>
      post(target, '{"password":"wrong"}', json),
    ),
    ...['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'].map(
      method => `${method} /auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
    ),
    get('/api/v1/session'),
    get('/api/v1/session', 'Authorization: Bearer t8_nonsense'),
    post('/auth/login', '{"password":', json),
    post('/auth/login', '{}', 'Content-Type: text/plain'),
    post('/auth/login', JSON.stringify({ password: '' }), json),
  ]
}

describe.skipIf(!areThere('fail2ban-regex', 'fail2ban-client'))('fail2ban with the guide’s filter', () => {
  test('finds every guess, by whichever way it comes', async () => {
    const ann = await server.as('ann', password)
    await setUpSecondStep(ann, password)
    const replies = [
      await guess('127.0.0.61', { username: 'admin', password: 'wrong' }),
      await guess('127.0.0.62', { username: 'admin', password: 'wrong' }, 'application/x-www-form-urlencoded'),
      await guess('127.0.0.63', { username: 'nobody "x" \n 401', password: 'wrong' }),
      await guess('127.0.0.64', { username: 'ann', password, otp: '000000' }),
    ]
    expect(replies.map(({ status }) => status)).toEqual([401, 401, 401, 401])
    await vi.waitFor(async () => {
      expect((await accessLines(server)).filter(it => it.includes('" 401 '))).toHaveLength(4)
    }, soon)
    const matched = await matchedAddresses(log, guideFilter)
    expect(matched.sort()).toEqual(['127.0.0.61', '127.0.0.62', '127.0.0.63', '127.0.0.64'])
  })

  test('finds nothing in what only looks like one', async () => {
    const all = forgeries()
    expect(all.length).toBeGreaterThan(50)
    const port = server.running.sharing.port
    for (const bytes of all) await sendRaw(port, bytes, { from: '127.0.0.66' })
    await server.as()
    const lines = await accessLines(server, all.length)
    expect(lines.filter(it => it.includes('127.0.0.66')).length).toBeGreaterThan(50)
    expect(lines.every(it => /^[\x20-\x7e]+$/.test(it))).toBe(true)
    expect(await matchedAddresses(log, guideFilter)).toEqual([])
  })

  test('bans whoever has guessed five times, within two seconds, and nobody else', async () => {
    await server.send({ path: '/x' })
    await accessLines(server)
    const guard = await startFail2ban(log)
    try {
      await guess('127.0.0.67', { username: 'admin', password: 'wrong' })
      for (let times = 0; times < 5; times += 1)
        await guess('127.0.0.66', { username: 'admin', password: `wrong ${times}` })
      const guessed = Date.now()
      await vi.waitFor(async () => expect(await guard.bans()).toHaveLength(1), { timeout: 20_000, interval: 50 })
      const [ban] = await guard.bans()
      expect(ban?.address).toBe('127.0.0.66')
      console.log(`Banned ${(ban?.at ?? 0) - guessed} ms after the fifth guess`)
      expect((ban?.at ?? Number.POSITIVE_INFINITY) - guessed).toBeLessThanOrEqual(2000)
    } finally {
      await guard.stop()
    }
  })
})
