import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { openPromise } from 'yauzl'
import type { RestoreReport } from '../../src-server/contract/index.ts'
import { multipart, type Part } from './files.ts'
import type { Client, RawReply, SignedIn, TestServer } from './server.ts'

/** Backups on their way in and out, and what is in them. */

const fixtures = join(import.meta.dirname, '../fixtures')

/** A backup that upstream made: `alice`, `alice_by_admin` or `admin`. */
export const fixtureZip = (name: string): Promise<Buffer> => readFile(join(fixtures, `trunk8_backup_${name}.zip`))

/** Every entry of a zip: its name and its bytes. */
export async function unzip(path: string): Promise<Map<string, Buffer>> {
  const zip = await openPromise(path, { autoClose: false })
  const entries = new Map<string, Buffer>()
  for await (const entry of zip.eachEntry()) {
    const stream = await zip.openReadStreamPromise(entry)
    entries.set(entry.fileName, Buffer.concat(await stream.toArray()))
  }
  zip.close()
  return entries
}

/** Sends a zip to be restored. */
export function sendBackup(
  client: Client,
  zip: Buffer,
  fields: Readonly<Record<string, string>> = {},
): Promise<RawReply> {
  const parts: Part[] = Object.entries(fields).map(([name, body]) => ({ name, body }))
  const { body, type } = multipart([...parts, { name: 'file', filename: 'backup.zip', body: zip }])
  return client.send({ method: 'POST', path: '/api/v1/backups/restore', body, headers: { 'Content-Type': type } })
}

/** The same, for what has to succeed. */
export async function restoreZip(
  client: Client,
  zip: Buffer,
  fields: Readonly<Record<string, string>> = {},
): Promise<RestoreReport> {
  const reply = await sendBackup(client, zip, fields)
  if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`)
  return reply.json as RestoreReport
}

/** What a request answers, byte by byte. */
export function fetchBytes(
  server: TestServer,
  user: SignedIn,
  { method = 'GET', path, body }: { method?: string; path: string; body?: string },
): Promise<{ status: number; headers: Record<string, unknown>; bytes: Buffer }> {
  const headers = {
    Cookie: user.cookie,
    'X-Trunk8-CSRF': user.csrfToken,
    ...(body !== undefined && {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
    }),
  }
  return new Promise((resolve, reject) => {
    const sent = request(server.url + path, { method, headers, agent: false }, async reply => {
      try {
        const bytes = Buffer.concat(await reply.toArray())
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, bytes })
      } catch (error) {
        reject(error)
      }
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
