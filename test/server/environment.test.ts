import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { api, fromReply } from '../../src-server/contract/index.ts'
import { readDotEnv } from '../../src-server/dot-env.ts'
import { readHeadlessOptions } from '../../src-server/headless-options.ts'
import { buildHeadless, freePort, type HeadlessRun, runHeadless } from '../helpers/headless.ts'

let folder: string
let runs: HeadlessRun[]
beforeAll(buildHeadless, 60_000)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-'))
  runs = []
})
afterEach(async () => {
  for (const run of runs) run.child.kill('SIGKILL')
  await Promise.all(runs.map(run => run.ended))
  await rm(folder, { recursive: true, force: true })
})

async function dotEnv(text: string) {
  await writeFile(join(folder, '.env'), text)
  return readDotEnv(join(folder, '.env'))
}

async function read(text: string, { args = [], env = {} }: { args?: string[]; env?: NodeJS.ProcessEnv } = {}) {
  return readHeadlessOptions(args, { env, dotEnv: await dotEnv(text) })
}

describe('a .env file', () => {
  test('may have quotes, comments, empty lines, export and the line ends of Windows', async () => {
    const key = 'k'.repeat(40)
    const text = [
      '\uFEFF# Trunk8',
      '',
      'TRUNK8_PORT = 5002 # as upstream',
      'export TRUNK8_LOG_LEVEL=info',
      `TRUNK8_ADMIN_PASSWORD='a # b "c"'`,
      `TRUNK8_SECRET_KEY="${key}"`,
      'OTHER=1',
      '',
    ]
    for (const end of ['\n', '\r\n']) {
      expect(await read(text.join(end))).toMatchObject({
        listen: { port: 5002 },
        logLevel: 'INFO',
        adminPassword: 'a # b "c"',
        secretKey: key,
      })
    }
  })

  test.each(['debug', 'INFO', 'Warning', 'error', 'critical'])('takes upstream’s level %s', async level => {
    expect((await read(`TRUNK8_LOG_LEVEL=${level}\n`)).logLevel).toBe(level.toUpperCase())
  })

  test('counts less than the environment, and that less than a flag; each is told by its name', async () => {
    const text = 'TRUNK8_PORT=5002\nTRUNK8_LOG_LEVEL=debug\n'
    expect(await read(text)).toMatchObject({
      listen: { port: 5002 },
      overruledBy: { port: 'TRUNK8_PORT in .env', logLevel: 'TRUNK8_LOG_LEVEL in .env' },
    })
    const env = { TRUNK8_PORT: '5003', TRUNK8_LOG_LEVEL: '' }
    expect(await read(text, { env: { ...env } })).toMatchObject({
      listen: { port: 5003 },
      logLevel: 'DEBUG',
      overruledBy: { port: 'TRUNK8_PORT', logLevel: 'TRUNK8_LOG_LEVEL in .env' },
    })
    const args = ['--port', '5004', '--host', '127.0.0.1']
    expect(await read(text, { env: { ...env }, args })).toMatchObject({
      listen: { port: 5004, host: '127.0.0.1' },
      overruledBy: { port: '--port', host: '--host' },
    })
  })

  test.each([
    ['TRUNK8_PORT=70000\n', 'TRUNK8_PORT in .env: A port is between 1 and 65535'],
    ['TRUNK8_LOG_LEVEL=loud\n', 'TRUNK8_LOG_LEVEL in .env is one of DEBUG, INFO'],
    ['TRUNK8_SECRET_KEY=short\n', 'TRUNK8_SECRET_KEY in .env is too short'],
    ['# mine\n\nhunter2-the-secret\nTRUNK8_PORT=5002\n', ', line 3: Write NAME=value'],
  ])('with a bad line is refused by file and name: %j', async (text, words) => {
    const refused = read(text)
    await expect(refused).rejects.toThrow(words)
    await expect(refused).rejects.not.toThrow('hunter2')
  })

  test('that cannot be read is told of', async () => {
    await mkdir(join(folder, '.env'))
    expect(() => readDotEnv(join(folder, '.env'))).toThrow('.env cannot be read (EISDIR)')
    expect(readDotEnv(join(folder, 'none')).size).toBe(0)
  })
})

test('what overrules config.toml is named in the settings, and the file keeps what it says', async () => {
  const dataDir = join(folder, 'data')
  await mkdir(join(dataDir, 'config'), { recursive: true })
  const config = '[server]\nport = 5999\n\n[logging]\nlevel = "ERROR"\n'
  await writeFile(join(dataDir, 'config/config.toml'), config)
  const port = await freePort()
  await writeFile(join(folder, '.env'), `TRUNK8_LOG_LEVEL=debug\r\nTRUNK8_PORT=5998\r\n`)
  const args = ['--data-dir', dataDir, '--host', '127.0.0.1']
  const env = { TRUNK8_PORT: String(port), TRUNK8_ADMIN_PASSWORD: 'a good long password' }
  const run = runHeadless({ args, env, cwd: folder })
  runs.push(run)
  const url = await run.ready
  expect(url).toBe(`http://127.0.0.1:${port}`)
  const signedIn = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ password: 'a good long password' }),
  })
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
  const reply = await fetch(`${url}${api.instance.get.path}`, { headers: { Cookie: cookie } })
  expect(fromReply(api.instance.get, reply.status, await reply.json())).toMatchObject({
    values: { 'server.port': port, 'server.host': '127.0.0.1', 'logging.level': 'DEBUG' },
    set: ['server.port', 'logging.level'],
    overruled: {
      'server.port': 'TRUNK8_PORT',
      'server.host': '--host',
      'logging.level': 'TRUNK8_LOG_LEVEL in .env',
    },
  })
  expect(await readFile(join(dataDir, 'config/config.toml'), 'utf8')).toBe(config)
})
