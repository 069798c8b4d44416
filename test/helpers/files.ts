import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
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
export function multipart(parts: readonly Part[]): { body: Buffer<ArrayBuffer>; type: string } {
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

/** For `vi.waitFor`: what comes in a moment may take longer on a busy machine. */
export const soon = { timeout: 10_000, interval: 20 }

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
export async function listen(
  server: TestServer,
  user: SignedIn,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ heard: HeardEvent[]; stop(): void; readonly hasEnded: boolean }> {
  const all = { Cookie: user.cookie, ...headers }
  const request = get(`${server.url}/api/v1/events`, { headers: all, agent: false })
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
  let hasEnded = false
  reply.on('error', () => {})
  reply.on('close', () => {
    hasEnded = true
  })
  return {
    heard,
    stop: () => request.destroy(),
    get hasEnded() {
      return hasEnded
    },
  }
}

/**
 * A connection on which every byte is yours. `received` is what came so far, `ended` resolves when the server has closed
 * its side.
 */
export function openSocket(server: TestServer) {
  const socket = connect(server.running.sharing.port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  socket.on('error', () => {})
  const ended = new Promise<void>(resolve => socket.once('close', () => resolve()).once('end', () => resolve()))
  return {
    socket,
    ended,
    send: (bytes: string | Buffer) => new Promise<boolean>(resolve => socket.write(bytes, error => resolve(!error))),
    get received() {
      return Buffer.concat(chunks).toString()
    },
    close: () => socket.destroy(),
  }
}

/** The head of a multipart upload, for whoever sends the body by hand. */
export function uploadHead(
  server: TestServer,
  user: SignedIn,
  headers: Readonly<Record<string, string | number>>,
): string {
  const all = {
    Host: new URL(server.url).host,
    Cookie: user.cookie,
    'X-Trunk8-CSRF': user.csrfToken,
    'Content-Type': multipart([]).type,
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST /api/v1/links HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** The form up to the first byte of its file. */
export const filePartHead = (filename: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: text/plain\r\n\r\n`

/** The form after the last byte of its file. */
export const formTail = `\r\n--${boundary}--\r\n`

/** One piece of a body in chunks (RFC 9112, section 7.1). */
export const chunk = (bytes: string | Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`${Buffer.byteLength(bytes).toString(16)}\r\n`),
    Buffer.from(bytes as string),
    Buffer.from('\r\n'),
  ])
