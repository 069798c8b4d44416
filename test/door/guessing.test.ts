import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { areThere } from '../helpers/programs.ts'
import { openRelay, type Relay } from '../helpers/relay.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const run = promisify(execFile)
const attacker = '127.0.0.66'

describe.skipIf(!areThere('ffuf'))('whoever guesses passwords with a program for it', () => {
  let server: TestServer
  let folder: string
  let relay: Relay
  beforeAll(async () => {
    const config = '[tls]\nallow_http_login = true\n'
    server = await startTestServer({ isLimited: true, owner: true, config })
    relay = await openRelay(Number(new URL(server.url).port), attacker)
    folder = await mkdtemp(join(tmpdir(), 't8-guess-'))
    const words = Array.from({ length: 300 }, (_, index) => `guess number ${index}`)
    // The right one is among them, where it would be found without a limit.
    words[200] = server.adminPassword
    await writeFile(join(folder, 'words.txt'), words.join('\n'))
  })
  afterAll(async () => {
    await relay.stop()
    await rm(folder, { recursive: true, force: true })
    await server.stop()
  })

  test('gets six guesses at most, is banned at the fifth failure, and locks nobody else out', async () => {
    const found = join(folder, 'found.json')
    await run('ffuf', [
      ...['-s', '-t', '40', '-w', join(folder, 'words.txt'), '-mc', 'all', '-o', found, '-of', 'json'],
      ...['-X', 'POST', '-H', 'Content-Type: application/x-www-form-urlencoded'],
      ...['-d', 'username=admin&password=FUZZ', '-u', `http://127.0.0.1:${relay.port}/auth/login`],
    ])
    const { results } = JSON.parse(await readFile(found, 'utf8')) as { results: { status: number }[] }
    const countOf = (status: number) => results.filter(it => it.status === status).length
    expect(results).toHaveLength(300)
    expect(countOf(401)).toBeGreaterThanOrEqual(5)
    expect(countOf(401)).toBeLessThanOrEqual(6)
    expect(countOf(401) + countOf(429) + countOf(403)).toBe(300)

    const log = await readFile(join(server.dataDir, 'logs/app.log'), 'utf8')
    expect(log.match(/Failed sign-in as "admin"/g)).toHaveLength(countOf(401))
    expect((await server.window.call(api.bans.list, {})).items).toMatchObject([
      { address: attacker, why: 'sign_in', failures: 5 },
    ])

    const owner = await server.as('', server.adminPassword, { from: '127.0.0.77' })
    expect((await owner.call(api.sessions.get, {})).user.username).toBe('admin')
  })
})
