import { Readable } from 'node:stream'
import type Router from '@koa/router'
import type { Context } from 'koa'
import type { ApiKeys } from '../api-keys/api-keys.ts'
import type { Bans } from '../bans/bans.ts'
import { eventsPath } from '../contract/events.ts'
import { clientOf } from '../http/client.ts'
import { whoOf } from '../http/doors.ts'
import { breakOff } from '../http/raw-answer.ts'
import { requireAccess } from '../http/serve.ts'
import type { Who } from '../policy.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { type EventHub, mayHear } from './hub.ts'

/**
 * Server-sent events (HTML standard, section 9.2), to everybody who is signed in what they may hear. A stream ends with
 * its session, with its API key or a right of that, with a ban or with the server; a client that does not keep up is cut off and comes back by itself.
 */
interface EventServices {
  readonly events: EventHub
  readonly sessions: Pick<Sessions, 'isAlive' | 'onEnd'>
  readonly apiKeys: Pick<ApiKeys, 'stillOpens' | 'onEnd'>
  readonly bans: Pick<Bans, 'of' | 'onBan'>
}

const pingEvery = 20_000
const maxBacklog = 1024 * 1024

export function eventRoutes(router: Router, services: EventServices): void {
  router.get(eventsPath, ctx => {
    const context = ctx as unknown as Context
    const who = requireAccess(whoOf(context), 'user', 'links:read')
    ctx.set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' })
    ctx.status = 200
    if (ctx.method === 'HEAD') return
    ctx.req.socket.setNoDelay(true)
    ctx.body = openStream(context, who, services)
  })
}

function openStream(ctx: Context, who: Who, { events, sessions, apiKeys, bans }: EventServices): Readable {
  const client = clientOf(ctx)
  const stream = new Readable({ read() {} })
  let hasEnded = false
  const end = () => {
    hasEnded = true
    stream.push(null)
  }
  const send = (frame: string) => {
    // What ends a stream may be an event itself.
    if (stream.destroyed || hasEnded) return
    if (stream.readableLength + ctx.res.writableLength > maxBacklog) breakOff(ctx.res)
    else stream.push(frame)
  }
  const { sessionId, apiKey } = who
  const isOver = () =>
    (sessionId !== undefined && !sessions.isAlive(sessionId)) ||
    (apiKey !== undefined && !apiKeys.stillOpens(apiKey.id, apiKey.scopes))
  const ping = setInterval(() => (isOver() ? end() : send(': ping\n\n')), pingEvery)
  const stops = [
    events.subscribe(event => {
      // An owner who is no admin any more takes their keys' rights along.
      if (event.name === 'users' && isOver()) end()
      else if (mayHear(who, event)) send(`event: ${event.name}\ndata: ${JSON.stringify(event.data)}\n\n`)
    }, end),
    sessions.onEnd(hash => {
      if (hash === sessionId) end()
    }),
    apiKeys.onEnd(id => {
      if (id === apiKey?.id) end()
    }),
    bans.onBan(() => {
      if (bans.of(client)) end()
    }),
    () => clearInterval(ping),
  ]
  const stopAll = () => {
    for (const stop of stops) stop()
  }
  stream.once('close', stopAll)
  ctx.res.once('close', () => stream.destroy())
  send(': hello\n\n')
  return stream
}
