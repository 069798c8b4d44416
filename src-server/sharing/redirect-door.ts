import type { SharingStatus } from '../contract/sharing.ts'
import type { EventHub } from '../events/hub.ts'
import type { Listener } from '../http/listener.ts'
import type { Finding } from '../problems/problems.ts'
import type { SettingsService } from '../settings/settings.ts'
import { confined, type OpenDoor, openAt, type Place } from './place.ts'
import { explainFailure } from './problem.ts'

/**
 * A further port that answers plain http and leads to https, for people who type a name alone. It is open while sharing
 * is on and there is https to lead to; one that cannot be had is told, and tried again at every change.
 */
interface RedirectDoorOptions {
  readonly settings: Pick<SettingsService, 'current' | 'onChange'>
  readonly sharing: { readonly status: () => Pick<SharingStatus, 'state' | 'port' | 'confined'> }
  readonly events: EventHub
}

export function createRedirectDoor({ settings, sharing, events }: RedirectDoorOptions) {
  let open: OpenDoor | undefined
  let listener: Listener | undefined
  let place: Place | undefined
  let problem: string | undefined
  let queue: Promise<unknown> = Promise.resolve()

  /** Where it should be; undefined: nowhere. */
  function wanted(): Place | undefined {
    const { server, tls } = settings.current
    const { state, port, confined: why } = sharing.status()
    const isWanted = open && state === 'on' && tls.mode !== 'off' && server.redirectPort !== 0
    if (!isWanted || server.redirectPort === port) return undefined
    const at = { host: server.host, port: server.redirectPort }
    return why === undefined ? at : confined(at)
  }

  async function follow(): Promise<void> {
    const to = wanted()
    if (listener && place && to?.host === place.host && to.port === place.port) return
    const before = problem
    await listener?.close(0)
    listener = undefined
    place = to
    problem = undefined
    if (to && open) {
      listener = await openAt(open, to).catch(async error => {
        problem = (await explainFailure(error, to.host, to.port)).detail
        return undefined
      })
    }
    if (problem !== before) events.publish('certificate', {})
  }

  const look = () => {
    queue = queue.then(follow)
    return queue
  }
  const stops = [settings.onChange(() => void look()), events.subscribe(({ name }) => name === 'server' && void look())]

  return {
    start(opener: OpenDoor): Promise<unknown> {
      open = opener
      return look()
    },
    /** Why it is not open although it should be, as something wrong with config.toml. */
    findings: (): Finding[] =>
      problem === undefined
        ? []
        : [{ kind: 'entry', entry: 'server.redirect_port', detail: problem.replace(/\.$/, '') }],
    async stop(): Promise<void> {
      for (const stop of stops) stop()
      open = undefined
      await look()
    },
  }
}
