import type { EventData, EventName } from '../contract/events.ts'
import { mayByKey, type Who } from '../policy.ts'

/** What happened, and which user it concerns; no owner: everybody who is signed in. */
export interface ServerEvent<N extends EventName = EventName> {
  readonly name: N
  readonly data: EventData<N>
  readonly owner?: string | undefined
}

interface Listener {
  readonly hear: (event: ServerEvent) => void
  readonly end?: (() => void) | undefined
}

/** Carries events from the services to whoever listens. A listener that throws stops nobody else. */
export function createEventHub() {
  const listeners = new Set<Listener>()
  return {
    publish<N extends EventName>(name: N, data: EventData<N>, owner?: string): void {
      for (const { hear } of listeners) {
        try {
          hear({ name, data, owner } as ServerEvent)
        } catch (error) {
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
    /** `end` is called when nothing more will come. Returns the function that ends it. */
    subscribe(hear: Listener['hear'], end?: () => void): () => void {
      const listener = { hear, end }
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close(): void {
      const all = [...listeners]
      listeners.clear()
      for (const { end } of all) end?.()
    },
  }
}

export type EventHub = ReturnType<typeof createEventHub>

/** Users hear of their own things and of what concerns all; an admin hears everything, and a key that is for links of links. */
export const mayHear = (who: Who, event: ServerEvent): boolean =>
  (event.name === 'links' || mayByKey(who, 'admin')) &&
  (who.isAdmin || event.owner === undefined || event.owner === who.username)
