/** Main's own way to the server: contract calls and events through the private door, with the desktop's token. */
import { type IncomingMessage, request as openRequest } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import {
  AppError,
  type EventName,
  events,
  eventsPath,
  fromReply,
  type Route,
  type RouteRequest,
  toRequest,
} from '../src-server/contract/index.ts'
import { readEvents } from './event-stream.ts'
import type { Log } from './log.ts'

const limits = {
  /** Milliseconds without a byte; 0: any time. */
  call: 30_000,
  reconnect: 200,
}

type ServerEvent = { [N in EventName]: { name: N; data: z.output<(typeof events)[N]> } }[EventName]

export interface Subscriber {
  /** The stream is open, for the first time or again: what happened before is unknown. */
  readonly onOpen: () => void
  readonly onEvent: (event: ServerEvent) => void
}

export interface OwnerClient {
  /**
   * Performs a route. Throws the server's own `AppError`, or `not_ready` where no server answers. `waitsLong`: for what
   * copies large files before it answers.
   */
  call<In extends z.ZodType, Out extends z.ZodType>(
    route: Route<In, Out>,
    input: z.input<In>,
    options?: { readonly waitsLong?: boolean },
  ): Promise<z.output<Out>>
  /** Hears the server's events, through all its restarts, until the returned function is called. */
  subscribe(subscriber: Subscriber): () => void
}

export interface OwnerClientOptions {
  readonly socketPath: string
  readonly desktopToken: string
  readonly log: Log
}

export function createOwnerClient({ socketPath, desktopToken, log }: OwnerClientOptions): OwnerClient {
  const send = (
    { method, url, body }: RouteRequest,
    { signal, silence = limits.call }: { signal?: AbortSignal; silence?: number } = {},
  ): Promise<IncomingMessage> =>
    new Promise((answered, failed) => {
      const headers: Record<string, string> = { authorization: `Bearer ${desktopToken}` }
      if (body !== undefined) headers['content-type'] = 'application/json'
      const outgoing = openRequest({ socketPath, agent: false, method, path: url, headers, signal })
      outgoing.setTimeout(silence, () => outgoing.destroy())
      outgoing.on('response', answered)
      outgoing.on('error', cause => failed(new AppError('not_ready', 'The sharing service is not running', { cause })))
      outgoing.end(body)
    })

  return {
    async call(route, input, { waitsLong = false } = {}) {
      const incoming = await send(toRequest(route, input), waitsLong ? { silence: 0 } : {})
      return fromReply(route, incoming.statusCode ?? 500, await readJson(incoming))
    },
    subscribe(subscriber) {
      const ending = new AbortController()
      const open = () =>
        send({ method: 'GET', url: eventsPath, body: undefined }, { signal: ending.signal, silence: 0 })
      void keepListening(open, { subscriber, log, signal: ending.signal })
      return () => ending.abort()
    },
  }
}

/** undefined for an empty or unreadable body; `fromReply` judges that. */
async function readJson(incoming: IncomingMessage): Promise<unknown> {
  return json(incoming).catch(() => undefined)
}

interface Listening {
  readonly subscriber: Subscriber
  readonly log: Log
  readonly signal: AbortSignal
}

async function keepListening(
  open: () => Promise<IncomingMessage>,
  { subscriber, log, signal }: Listening,
): Promise<void> {
  while (!signal.aborted) {
    // No answer: the server is away, and its host brings it back.
    const incoming = await open().catch(() => undefined)
    if (incoming?.statusCode === 200) {
      subscriber.onOpen()
      await hear(incoming, subscriber).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNRESET' && !signal.aborted)
          log.error('An event of the server could not be heard', error)
      })
    }
    await sleep(limits.reconnect)
  }
}

async function hear(incoming: IncomingMessage, { onEvent }: Subscriber): Promise<void> {
  for await (const { name, data } of readEvents(incoming)) {
    const event = parseEvent(name, data)
    if (event) onEvent(event)
  }
}

/** Events that we do not know, or not in this shape, are passed over: a newer server may send more. */
function parseEvent(name: string, data: string): ServerEvent | undefined {
  if (!Object.hasOwn(events, name)) return undefined
  const key = name as EventName
  const parsed = events[key].safeParse(JSON.parse(data))
  return parsed.success ? ({ name: key, data: parsed.data } as ServerEvent) : undefined
}
