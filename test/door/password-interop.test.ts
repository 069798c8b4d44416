import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { areThere } from '../helpers/programs.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const password = 'pass wörd that others know'

let server: TestServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

/** The hash that Trunk8 keeps of this password. */
async function ourHash(form: 'argon2id' | 'bcrypt'): Promise<string> {
  server = await startTestServer({ owner: true, config: `[passwords]\nhash = "${form}"\n` })
  await server.desktop.call(api.users.create, { username: 'ann', password })
  const text = await readFile(join(server.dataDir, 'users', 'users.toml'), 'utf8')
  return /\[users\.ann\]\npassword_hash = "(.+)"/.exec(text)?.[1] ?? ''
}

async function withHash(hash: string): Promise<TestServer> {
  server = await startTestServer({ files: { 'users/users.toml': `[users.ann]\npassword_hash = "${hash}"\n` } })
  return server
}

describe.skipIf(!areThere('php'))('PHP', () => {
  const php = (code: string, env: Record<string, string>) =>
    execFileSync('php', ['-r', code], { env: { ...process.env, ...env }, encoding: 'utf8' })
  const says = (hash: string, typed: string) =>
    php('echo password_verify(getenv("TYPED"), getenv("HASH")) ? "yes" : "no";', { TYPED: typed, HASH: hash })

  test.each(['argon2id', 'bcrypt'] as const)('takes the password by our %s, and no other', async form => {
    const hash = await ourHash(form)
    expect([says(hash, password), says(hash, `${password}!`)]).toEqual(['yes', 'no'])
  })

  test.each(['PASSWORD_ARGON2ID', 'PASSWORD_BCRYPT'])('makes hashes by %s that open here', async form => {
    const server = await withHash(php(`echo password_hash(getenv("TYPED"), ${form});`, { TYPED: password }))
    await server.as('ann', password)
    await expect(server.as('ann', `${password}!`)).rejects.toMatchObject({ code: 'bad_credentials' })
  })
})

describe.skipIf(!areThere('htpasswd'))('Apache', () => {
  test('makes a hash by htpasswd that opens here', async () => {
    const line = execFileSync('htpasswd', ['-nbB', '-C', '12', 'ann', password], { encoding: 'utf8' }).trim()
    expect(line).toMatch(/^ann:\$2y\$12\$/)
    const server = await withHash(line.slice('ann:'.length))
    await server.as('ann', password)
    await expect(server.as('ann', `${password}!`)).rejects.toMatchObject({ code: 'bad_credentials' })
  })

  test('takes the password by our bcrypt, and no other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 't8-'))
    try {
      const file = join(folder, 'htpasswd')
      await writeFile(file, `ann:${await ourHash('bcrypt')}\n`)
      const check = (typed: string) => execFileSync('htpasswd', ['-vb', file, 'ann', typed], { stdio: 'pipe' })
      expect(() => check(password)).not.toThrow()
      expect(() => check(`${password}!`)).toThrow(/password verification failed/)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
