import type { EventData, EventName } from '../contract/events.ts'
import type { Who } from '../policy.ts'

/** What happened, and which user it concerns; no owner: everybody who is signed in. */
export interface ServerEvent<N extends EventName = EventName> {
  readonly name: N
  readonly data: EventData<N>
  readonly owner?: string
}

type Listener = (event: ServerEvent) => void

/** Carries events from the services to whoever listens. A listener that throws stops nobody else. */
export function createEventHub() {
  const listeners = new Set<Listener>()
  return {
    publish<N extends EventName>(name: N, data: EventData<N>, owner?: string): void {
      for (const listener of listeners) listener({ name, data, owner } as ServerEvent)
    },
    /** Returns the function that ends it. */
    subscribe(listener: Listener): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export type EventHub = ReturnType<typeof createEventHub>

/** Users hear of their own things and of what concerns all; an admin hears everything. */
export const mayHear = (who: Who, event: ServerEvent): boolean =>
  who.isAdmin || event.owner === undefined || event.owner === who.username
