import { randomBytes } from 'node:crypto'
import { type ClientRequest, type RequestOptions, request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import type { Context, Middleware } from 'koa'
import { type Client, clientOf } from '../http/client.ts'
import { connectionOf } from '../http/doors.ts'
import { lingerAfterAnswer } from '../http/linger.ts'

/**
 * Requests that this server sends to its own public address, to see how they arrive: each carries a token that is good
 * for that one, and whoever carries it is answered with nothing and looked at.
 */
export type Probes = ReturnType<typeof createProbes>

/** How a request arrived here. */
export interface Arrived {
  readonly client: Client
  /** Who handed it over: a proxy, or the visitor. */
  readonly peer: string
  readonly hasForwarded: boolean
}

export type Outcome =
  | { readonly kind: 'arrived'; readonly arrived: Arrived }
  /** Somebody else answered it. */
  | { readonly kind: 'answered'; readonly status: number }
  /** Asked to, the other end lets the body come. */
  | { readonly kind: 'welcome' }
  | { readonly kind: 'failed'; readonly code: string }

export interface Probe {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  /** Bytes of a body that is announced, and never sent. */
  readonly announced?: number
}

const probeHeader = 'X-Trunk8-Probe'
const patience = 10_000

export function createProbes() {
  const waiting = new Map<string, (arrived: Arrived) => void>()

  return {
    /** Answers what this server has sent itself. */
    answer: (): Middleware => async (ctx, next) => {
      const hear = waiting.get(ctx.get(probeHeader))
      if (!hear) return next()
      hear(arrivalOf(ctx))
      lingerAfterAnswer(ctx.req, ctx.res)
      ctx.status = 204
    },

    /** Never throws. */
    async send(to: URL, probe: Probe): Promise<Outcome> {
      const token = randomBytes(24).toString('base64url')
      let arrived: Arrived | undefined
      waiting.set(token, it => {
        arrived = it
      })
      try {
        const outcome = await exchange(to, probe, token)
        return arrived ? { kind: 'arrived', arrived } : outcome
      } finally {
        waiting.delete(token)
      }
    },
  }
}

const arrivalOf = (ctx: Context): Arrived => ({
  client: clientOf(ctx),
  peer: connectionOf(ctx).remoteAddress ?? '',
  hasForwarded: ctx.get('X-Forwarded-For') !== '',
})

function exchange(to: URL, { method = 'GET', path, announced }: Probe, token: string): Promise<Outcome> {
  const headers = {
    [probeHeader]: token,
    ...(announced !== undefined && { Expect: '100-continue', 'Content-Length': announced }),
  }
  // Whether browsers trust the certificate is another question, and nothing is sent that a stranger could use.
  const options: RequestOptions = { method, path, headers, agent: false, signal: AbortSignal.timeout(patience) }
  const begin = to.protocol === 'https:' ? requestSecurely : request
  return new Promise(resolve => {
    const sent: ClientRequest = begin(to, { ...options, ...{ rejectUnauthorized: false } }, reply => {
      reply.resume()
      resolve({ kind: 'answered', status: reply.statusCode ?? 0 })
      if (announced !== undefined) sent.destroy()
    })
    sent.once('continue', () => {
      resolve({ kind: 'welcome' })
      sent.destroy()
    })
    sent.once('error', error => {
      const { code = 'unknown' } = error as NodeJS.ErrnoException
      resolve({ kind: 'failed', code: code === 'ABORT_ERR' ? 'ETIMEDOUT' : code })
    })
    if (announced === undefined) sent.end()
    else sent.flushHeaders()
  })
}
