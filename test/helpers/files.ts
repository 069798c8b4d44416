import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventData, EventName } from '../../src-server/contract/index.ts'
import type { Client, RawReply, SignedIn, TestServer } from './server.ts'

/** Files on their way in and out, and what a test has to know of them. */

export interface Part {
  readonly name: string
  /** Makes it a file. */
  readonly filename?: string
  readonly type?: string
  readonly body: string | Buffer
}

const boundary = 'a-line-that-no-file-of-the-tests-holds'

/** Parts in this order → the body of a multipart form and its content type. */
export function multipart(parts: readonly Part[]): { body: Buffer; type: string } {
  const pieces = parts.flatMap(({ name, filename, type = 'application/octet-stream', body }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: ${type}`
    return [`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`, body, '\r\n']
  })
  return {
    body: Buffer.concat([...pieces, `--${boundary}--\r\n`].map(piece => Buffer.from(piece as string))),
    type: `multipart/form-data; boundary=${boundary}`,
  }
}

/** Posts these parts as an upload. */
export function post(client: Client, parts: readonly Part[]): Promise<RawReply> {
  const { body, type } = multipart(parts)
  return client.send({ method: 'POST', path: '/api/v1/links', body, headers: { 'Content-Type': type } })
}

/** Uploads one file, its fields before it. */
export function upload(
  client: Client,
  filename: string,
  body: string | Buffer,
  fields: Readonly<Record<string, string>> = {},
): Promise<RawReply> {
  const before = Object.entries(fields).map(([name, value]) => ({ name, body: value }))
  return post(client, [...before, { name: 'file', filename, body }])
}

/** Text of a users.toml in which these users have these passwords, in a form that old folders hold. */
export function usersToml(passwords: Readonly<Record<string, string>>): string {
  const tables = Object.entries(passwords).map(
    ([name, password]) => `[users.${name}]\npassword_hash = "${sha256(password)}"\nis_admin = false\n`,
  )
  return ['[users.admin]\nis_admin = true\n', ...tables].join('\n')
}

export const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Every file below a folder with its hash, sorted: two of these are equal if nothing at all has changed. */
export async function snapshot(
  folder: string,
  { except = [] }: { except?: readonly string[] } = {},
): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const names = files.map(file => relative(folder, file)).filter(name => !except.some(part => name.startsWith(part)))
  return Promise.all(names.sort().map(async name => `${name} ${sha256(await readFile(join(folder, name)))}`))
}

/** The names in a user's assets folder. */
export const assetsOf = (server: TestServer, owner = 'admin'): Promise<string[]> =>
  readdir(join(server.dataDir, 'users', owner, 'assets')).catch(() => [])

/** Asks again until the answer is there, or throws after ten seconds. */
export async function eventually<T>(ask: () => Promise<T | undefined> | T | undefined, what = 'it'): Promise<T> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(10)) {
    const answer = await ask()
    if (answer !== undefined) return answer
  }
  throw new Error(`Waited ten seconds for ${what}`)
}

export interface HeardEvent<N extends EventName = EventName> {
  readonly name: N
  readonly data: EventData<N>
}

/** Listens to the server's events as this user. `heard` grows as they come. */
export async function listen(server: TestServer, user: SignedIn): Promise<{ heard: HeardEvent[]; stop(): void }> {
  const request = get(`${server.url}/api/v1/events`, { headers: { Cookie: user.cookie }, agent: false })
  const [reply] = (await once(request, 'response')) as [IncomingMessage]
  const heard: HeardEvent[] = []
  let text = ''
  reply.setEncoding('utf8').on('data', (chunk: string) => {
    const frames = (text + chunk).split('\n\n')
    text = frames.pop() ?? ''
    for (const frame of frames) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(frame) ?? []
      if (name && data) heard.push({ name: name as EventName, data: JSON.parse(data) })
    }
  })
  reply.on('error', () => {})
  return { heard, stop: () => request.destroy() }
}
