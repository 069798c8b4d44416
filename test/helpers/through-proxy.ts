import { type RequestOptions, request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { api, fromReply, toRequest } from '../../src-server/contract/index.ts'
import type { Client, RawReply, SendOptions } from './server.ts'

/** Clients that reach a server by the proxy before it, at its public name. */
export interface Front {
  /** Where the proxy listens on 127.0.0.1. */
  readonly port: number
  readonly isSecure: boolean
  /** As the browser writes it. */
  readonly host: string
}

export interface SignedInThrough extends Client {
  readonly reply: RawReply
  readonly cookie: string
  readonly csrfToken: string
}

/** A request by the proxy; what headers say is the client's own. */
export function sendThrough(
  front: Front,
  { method = 'GET', path, headers = {}, body, from }: SendOptions,
): Promise<RawReply> {
  const [name = ''] = front.host.split(':')
  const options: RequestOptions = { host: '127.0.0.1', port: front.port, method, path, agent: false }
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
  const begin = front.isSecure ? requestSecurely : request
  const security = front.isSecure ? { servername: name, rejectUnauthorized: false } : {}
  return new Promise((resolve, reject) => {
    const all = { Host: front.host, ...length, ...headers }
    const sent = begin({ ...options, ...security, headers: all, ...(from && { localAddress: from }) }, async reply => {
      try {
        const bytes = Buffer.concat(await reply.toArray())
        const text = bytes.toString('utf8')
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text, json: asJson(text) })
      } catch (error) {
        reject(error)
      }
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

/** All headers of an answer with this name, each as it came. */
export function headersThrough(front: Front, path: string, headers: Record<string, string> = {}): Promise<Headers> {
  const [name = ''] = front.host.split(':')
  const begin = front.isSecure ? requestSecurely : request
  const security = front.isSecure ? { servername: name, rejectUnauthorized: false } : {}
  return new Promise((resolve, reject) => {
    const all = { Host: front.host, ...headers }
    const options = { host: '127.0.0.1', port: front.port, path, agent: false, headers: all, ...security }
    const sent = begin(options, reply => {
      reply.resume()
      const raw = reply.rawHeaders
      resolve(
        new Map(
          raw.flatMap((text, index) => {
            if (index % 2 === 1) return []
            const same = raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === text.toLowerCase())
            return [[text.toLowerCase(), same] as const]
          }),
        ),
      )
    })
    sent.once('error', reject).end()
  })
}

export type Headers = ReadonlyMap<string, readonly string[]>

/** Signs in by the proxy, as the page of the public address would. */
export async function signInThrough(
  front: Front,
  password: string,
  { from, headers = {} }: Pick<SendOptions, 'from' | 'headers'> = {},
): Promise<SignedInThrough> {
  const { method, url, body } = toRequest(api.sessions.signIn, { username: 'admin', password })
  const own = { 'Content-Type': 'application/json', Origin: originOf(front), ...headers }
  const reply = await sendThrough(front, {
    method,
    path: url,
    headers: own,
    ...(body && { body }),
    ...(from && { from }),
  })
  const outcome = fromReply(api.sessions.signIn, reply.status, reply.json)
  if (!('csrfToken' in outcome)) throw new Error('The second step is not taken here')
  const { csrfToken } = outcome
  const cookie = reply.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? ''
  const send: Client['send'] = it =>
    sendThrough(front, {
      ...it,
      ...(from && { from }),
      headers: { Cookie: cookie, 'X-Trunk8-CSRF': csrfToken, Origin: originOf(front), ...it.headers },
    })
  return {
    ...{ send, reply, cookie, csrfToken },
    async call(route, input) {
      const asked = toRequest(route, input)
      const json = asked.body === undefined ? {} : { body: asked.body, headers: { 'Content-Type': 'application/json' } }
      const answer = await send({ method: asked.method, path: asked.url, ...json })
      return fromReply(route, answer.status, answer.json)
    },
  }
}

export const originOf = ({ isSecure, host }: Front): string => `${isSecure ? 'https' : 'http'}://${host}`

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
