import { createHash, pbkdf2Sync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { sha256 } from '../helpers/files.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
afterEach(() => server.stop())

const start = async (hashes: Readonly<Record<string, string>>, config = '') => {
  const rows = Object.entries(hashes).map(([name, hash]) => `[users.${name}]\npassword_hash = "${hash}"\n`)
  const files = { 'users/users.toml': ['[users.admin]\nis_admin = true\n', ...rows].join('\n') }
  server = await startTestServer({ files, config })
}
const hashOf = async (name: string) => {
  const text = await readFile(join(server.dataDir, 'users', 'users.toml'), 'utf8')
  return new RegExp(`\\[users\\.${name}\\]\\npassword_hash = "([^"]*)"`).exec(text)?.[1]
}
const opens = (name: string, password: string) =>
  server.as(name, password).then(
    () => true,
    ({ code }) => (code === 'bad_credentials' ? false : Promise.reject(new Error(code))),
  )
const rules = (hash: string) => `[passwords]\nhash = "${hash}"\n`

describe('a hash that another program made', () => {
  // crypt_blowfish's own test vectors, and one of RFC 9106's reference tool (`argon2 somesalt -id -t 2 -m 16 -p 1`).
  const foreign: Readonly<Record<string, readonly [hash: string, password: string]>> = {
    y: ['$2y$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e', ''],
    a: ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
    b: ['$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK', 'U*U*'],
  }
  test.each(Object.entries(foreign).filter(([, [, password]]) => password))(
    'opens with its password and stays byte for byte: bcrypt $2%s$',
    async (name, [hash, password]) => {
      await start({ [name]: hash })
      expect(await opens(name, `${password}!`)).toBe(false)
      expect(await opens(name, password)).toBe(true)
      expect(await hashOf(name)).toBe(hash)
    },
  )
})
