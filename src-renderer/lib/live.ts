/**
 * Keeps what is on the screen current: hears the server's events and marks or changes the queries they concern.
 * Connects again by itself, and then takes everything for stale.
 */
import type { QueryClient } from '@tanstack/react-query'
import { type EventData, type EventName, events, eventsPath } from '../../src-server/contract/events.ts'
import type { Job } from '../../src-server/contract/jobs.ts'
import type { Transfer } from '../../src-server/contract/transfers.ts'
import { keys } from './keys.ts'

/** A broken connection shorter than this is nobody's business. */
const patience = 4000
const retryAfter = 2000
/** Many links can change at once: one look at the list a moment later is enough. */
const settleAfter = 250

/** What is no longer current once an event was heard that tells no more than that something changed. */
const staleAfter = {
  // Who is signed in may have got another name or other rights, or be gone.
  users: [keys.users, keys.me, keys.session, keys.passkeys],
  apiKeys: [keys.apiKeys],
  // Whom the instance asks for a second step is a setting.
  settings: [
    ...[keys.settings, keys.instance, keys.sharing, keys.uploadLimits],
    ...[keys.sso, keys.session, keys.twoFactor, keys.certificate, keys.headers, keys.proxies],
  ],
  sessions: [keys.sessions, keys.users],
  bans: [keys.bans],
  proxies: [keys.proxies],
  problems: [keys.problems, keys.users, keys.instance],
  certificate: [keys.certificate],
} satisfies Partial<Record<EventName, readonly (readonly string[])[]>>

/** Listens until the returned function is called. `onLost` hears `true` when the connection stays away, `false` when it is back. */
export function goLive(client: QueryClient, onLost: (isLost: boolean) => void): () => void {
  const refresh = settle(() => client.invalidateQueries({ queryKey: keys.links }))
  let source: EventSource
  let retry: ReturnType<typeof setTimeout> | undefined
  let alarm: ReturnType<typeof setTimeout> | undefined
  let wasOpen = false

  function connect(): void {
    source = new EventSource(eventsPath)
    source.onopen = () => {
      clearTimeout(alarm)
      alarm = undefined
      onLost(false)
      if (wasOpen) void client.invalidateQueries()
      wasOpen = true
    }
    source.onerror = () => {
      alarm ??= setTimeout(() => onLost(true), patience)
      if (source.readyState !== EventSource.CLOSED) return
      // The server answered, but not with events: signed out, or still starting.
      void client.invalidateQueries({ queryKey: keys.session })
      clearTimeout(retry)
      retry = setTimeout(connect, retryAfter)
    }
    on(source, 'links', () => void refresh.soon())
    on(source, 'server', status => client.setQueryData(keys.sharing, status))
    for (const [name, stale] of Object.entries(staleAfter)) {
      on(source, name as EventName, () => {
        for (const queryKey of stale) void client.invalidateQueries({ queryKey })
      })
    }
    on(source, 'job', job => {
      putJob(client, job)
      if (job.state !== 'running') void client.invalidateQueries({ queryKey: keys.backups })
    })
    on(source, 'transfer', transfer => {
      putTransfer(client, transfer)
      // It stays, done, until its link is on the screen in its place.
      if (transfer.state === 'done') void refresh.soon().then(() => forgetTransfer(client, transfer.id))
    })
  }

  connect()
  return () => {
    source.close()
    refresh.cancel()
    clearTimeout(retry)
    clearTimeout(alarm)
  }
}

function on<N extends EventName>(source: EventSource, name: N, listener: (data: EventData<N>) => void): void {
  source.addEventListener(name, event => {
    const data = events[name].safeParse(JSON.parse(event.data))
    if (data.success) listener(data.data as EventData<N>)
  })
}

export interface TransferList {
  readonly items: readonly Transfer[]
}

/** Puts a job's news into the list of jobs, if somebody looks at it. */
function putJob(client: QueryClient, job: Job): void {
  client.setQueryData<{ readonly items: readonly Job[] }>(keys.jobs, list => {
    if (!list) return undefined
    const isKnown = list.items.some(({ id }) => id === job.id)
    return { items: isKnown ? list.items.map(item => (item.id === job.id ? job : item)) : [job, ...list.items] }
  })
}

/** Puts a transfer's news into the list of transfers. */
function putTransfer(client: QueryClient, transfer: Transfer): void {
  client.setQueryData<TransferList>(keys.transfers, list => {
    const items = list?.items ?? []
    const isKnown = items.some(({ id }) => id === transfer.id)
    return { items: isKnown ? items.map(item => (item.id === transfer.id ? transfer : item)) : [transfer, ...items] }
  })
}

/** Takes a transfer off the list of transfers. */
export function forgetTransfer(client: QueryClient, id: string): void {
  client.setQueryData<TransferList>(keys.transfers, list => ({
    items: (list?.items ?? []).filter(item => item.id !== id),
  }))
}

/** Runs `work` once, a moment after the first of many calls; each call's promise ends with that run. */
function settle(work: () => Promise<void>) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let run: Promise<void> | undefined
  return {
    soon(): Promise<void> {
      run ??= new Promise<void>(resolve => {
        timer = setTimeout(resolve, settleAfter)
      }).then(() => {
        run = undefined
        return work()
      })
      return run
    },
    cancel: () => clearTimeout(timer),
  }
}
