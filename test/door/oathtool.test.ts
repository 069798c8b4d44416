import { execFileSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { Secret } from 'otpauth'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { stepOf } from '../../src-server/two-factor/totp.ts'
import { areThere } from '../helpers/programs.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

/** What an app that others made shows: `count` codes in a row from a moment on, in seconds since 1970. */
const oathtool = (secret: string, seconds: number, count = 1): string[] =>
  execFileSync('oathtool', ['--totp', '-b', '-d', '6', '--now', `@${seconds}`, '-w', String(count - 1), secret], {
    encoding: 'utf8',
  })
    .trim()
    .split('\n')

describe.skipIf(!areThere('oathtool'))('beside oathtool, which is not ours', () => {
  test('1,000 codes at random times are what oathtool says, each for its own 30 seconds', () => {
    for (let round = 0; round < 50; round += 1) {
      const secret = new Secret({ buffer: Uint8Array.from(randomBytes(20)).buffer }).base32
      const begin = randomInt(0, 4_000_000_000)
      for (const [index, code] of oathtool(secret, begin, 20).entries()) {
        const at = (begin + index * 30) * 1000
        expect([code, stepOf(code, secret, at)]).toEqual([code, Math.floor(begin / 30) + index])
      }
    }
  })

  test('a phone whose clock is 29 seconds off still gets in, one that is 61 seconds off does not', () => {
    // Fixed, since two random steps have the same code now and then.
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    for (let round = 0; round < 20; round += 1) {
      const now = 1_000_000_000 + round * 76_543_217
      for (const skew of [-29, 29])
        expect(stepOf(oathtool(secret, now + skew)[0] ?? '', secret, now * 1000)).toBeDefined()
      for (const skew of [-61, 61]) {
        const [code = ''] = oathtool(secret, now + skew)
        expect(stepOf(code, secret, now * 1000), `${secret} ${now} ${skew}`).toBeUndefined()
      }
    }
  })

  describe('at the door', () => {
    let server: TestServer
    beforeAll(async () => {
      server = await startTestServer()
    })
    afterAll(() => server.stop())

    test('oathtool sets up a second step and signs in by it; of two who send one code at once, one comes in', async () => {
      const { adminPassword: password } = server
      const admin = await server.as()
      const { secret } = await admin.call(api.twoFactor.start, { password })
      const now = () => Math.floor(Date.now() / 1000)
      const [code = ''] = oathtool(secret, now())
      await admin.call(api.twoFactor.confirm, { code })
      const [next] = oathtool(secret, now() + 30)
      const body = JSON.stringify({ password, otp: next })
      const post = () =>
        server.send({ method: 'POST', path: '/auth/login', body, headers: { 'Content-Type': 'application/json' } })
      const replies = await Promise.all([post(), post()])
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 401])
    })
  })
})
