import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exampleFor } from '../../src-renderer/api-keys/key-words.ts'
import { api, type Scope, trustPaths } from '../../src-server/contract/index.ts'
import { areThere } from '../helpers/programs.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const run = promisify(execFile)

/** The line that the interface shows with a new key, as a person would paste it into a shell. */
describe.skipIf(!areThere('curl', 'sh'))('the example that comes with a key, run by curl', () => {
  let server: TestServer
  let admin: SignedIn
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 't8-curl-'))
    await writeFile(join(folder, 'photo.jpg'), 'a photo')
    server = await startTestServer()
    admin = await server.as()
  })
  afterAll(async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  })

  async function paste(scopes: Scope[]): Promise<unknown> {
    const { apiKey, key, ...where } = await admin.call(api.apiKeys.create, { name: 'curl', scopes })
    expect(where.trustUrl).toBe(`${where.url}${trustPaths.page}`)
    await writeFile(join(folder, 'ca.crt'), (await server.anyone.send({ path: trustPaths.certificate })).text)
    const line = `${exampleFor(apiKey, { key, url: where.url })} --silent --show-error --cacert ca.crt`
    const { stdout } = await run('sh', ['-c', line], { cwd: folder })
    return JSON.parse(stdout)
  }

  test('shares a file', async () => {
    expect(await paste(['files:write'])).toMatchObject({ type: 'file', originalFilename: 'photo.jpg', owner: 'admin' })
  })
  test('makes a link', async () => {
    expect(await paste(['links:write'])).toMatchObject({ type: 'redirect', url: 'https://example.com' })
  })
  test('lists the links', async () => {
    expect(await paste(['links:read'])).toMatchObject({ total: 2 })
  })
  test('lists the people', async () => {
    expect(await paste(['admin'])).toMatchObject({ items: [{ username: 'admin' }] })
  })
})
