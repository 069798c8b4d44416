import { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import type { Address, SharingChanges, SharingProblem, SharingStatus } from '../contract/sharing.ts'
import type { EventHub } from '../events/hub.ts'
import type { Listener } from '../http/listener.ts'
import type { SettingsService } from '../settings/settings.ts'
import type { TomlFile } from '../storage/toml-file.ts'
import { listAddresses } from './addresses.ts'
import { confined, nameOf, type OpenDoor, openAt, type Place, placeIn } from './place.ts'
import { explainFailure } from './problem.ts'

/**
 * Whether others can come in, where, and why not. Changes run one at a time. The port never moves by itself: one that is
 * taken is a state with a reason, and is tried again until it is free or sharing is switched off.
 */
export type Sharing = ReturnType<typeof createSharing>

/** state/sharing.toml */
export const SharingFile = z.looseObject({
  on: z.boolean().default(true),
  /** The address that the owner chose to hand out. */
  host: z.string().optional(),
})

interface SharingOptions {
  readonly settings: SettingsService
  readonly file: TomlFile<typeof SharingFile>
  readonly events: EventHub
  /** Why this computer alone may come in, whatever the settings say, in sentences; undefined: as they say. */
  readonly confinedBy?: () => string | undefined
  readonly readAddresses?: (host: string) => Address[]
  /** Milliseconds between two looks at the network and at a port that was taken. */
  readonly lookEvery?: number
}

export function createSharing(options: SharingOptions) {
  const { settings, file, events, readAddresses = listAddresses, lookEvery = 4000 } = options
  const confinedBy = options.confinedBy ?? (() => undefined)
  let open: OpenDoor | undefined
  let place: Place = placeIn(settings.current)
  let isWanted = file.value.on
  let listener: Listener | undefined
  /** Where it listens, or last did. */
  let heldHost = ''
  let problem: SharingProblem | undefined
  const door = () => (confinedBy() === undefined ? place : confined(place))
  let addresses = readAddresses(door().host)
  let published = ''
  let queue: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  const leaving = new Set<Listener>()

  function status(): SharingStatus {
    const host = addresses.find(it => it.host === file.value.host)?.host ?? addresses[0]?.host ?? nameOf(door().host)
    const { name, publicUrl } = settings.current.server
    const { port } = place
    const why = door().host === place.host ? undefined : confinedBy()
    return {
      state: listener ? 'on' : problem ? 'failed' : 'off',
      port,
      name,
      host,
      // Guests open links without a warning as long as http is answered at all.
      url: publicUrl || new URL(`${settings.current.tls.mode === 'only' ? 'https' : 'http'}://${host}:${port}`).origin,
      addresses,
      ...(problem && { problem }),
      ...(why !== undefined && { confined: why }),
    }
  }

  function publish(): void {
    const now = JSON.stringify(status())
    if (now === published) return
    published = now
    events.publish('server', status())
  }

  async function listen(): Promise<void> {
    if (!open) return
    const at = door()
    heldHost = at.host
    try {
      listener = await openAt(open, at)
      // Port 0 was any that is free; from now on it is this one.
      place = { ...place, port: listener.port }
      problem = undefined
    } catch (error) {
      problem = await explainFailure(error, at.host, place.port)
    }
  }

  function shut(grace: number): void {
    problem = undefined
    const last = listener
    listener = undefined
    if (!last) return
    leaving.add(last)
    void last.close(grace).finally(() => leaving.delete(last))
  }

  /** Listens at `to` if sharing is on. Where that fails, it is the old place again, and the answer is what was wrong. */
  async function moveTo(to: Place): Promise<SharingProblem | undefined> {
    const from = place
    const isOpen = isWanted && open !== undefined
    // Who is in the middle of a download may finish it. The old place goes first: the new one may overlap with it.
    if (isOpen) shut(Number.POSITIVE_INFINITY)
    place = to
    if (isOpen) await listen()
    const failed = problem
    if (failed) {
      place = from
      await listen()
    }
    addresses = readAddresses(door().host)
    return failed
  }

  /** A place that was written into the file by hand. */
  async function follow(to: Place): Promise<void> {
    const failed = await moveTo(to)
    if (failed && listener) problem = { ...failed, detail: `${failed.detail} Sharing stays on port ${place.port}.` }
    publish()
  }

  async function apply({ on, port: newPort, host }: SharingChanges): Promise<SharingStatus> {
    if (host !== undefined) await chooseHost(host)
    if (on !== undefined && on !== file.value.on) await file.modify(current => ({ ...current, on }))
    isWanted = on ?? isWanted
    const isMoved = newPort !== undefined && newPort !== place.port
    // Who is in the middle of a download on the old port may finish it; sharing that is switched off ends for all at once.
    if (!isWanted) shut(0)
    else if (isMoved) shut(Number.POSITIVE_INFINITY)
    place = { ...place, port: newPort ?? place.port }
    if (isWanted && !listener) await listen()
    publish()
    if (isMoved && !problem) await settings.setPort(place.port)
    return status()
  }

  async function chooseHost(host: string | null): Promise<void> {
    if (host !== null && !addresses.some(it => it.host === host)) {
      throw new AppError('invalid_input', `This computer does not have the address ${host} now. Choose another`, {
        errors: [{ path: 'host', message: 'Choose one of this computer’s addresses' }],
      })
    }
    await file.modify(({ host: _, ...rest }) => (host === null ? rest : { ...rest, host }))
  }

  async function look(): Promise<void> {
    addresses = readAddresses(door().host)
    if (isWanted && !listener && open) {
      const before = problem
      await listen()
      // The same trouble told anew is no news, even if another port would be free now.
      if (problem && before && problem.reason === before.reason) problem = before
    }
    publish()
  }

  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const run = queue.then(task)
    queue = run.catch(() => {})
    return run
  }

  let configured = placeIn(settings.current)
  const stopListening = settings.onChange(now => {
    const [before, { host, port }] = [configured, placeIn(now)]
    configured = { host, port }
    const isNew = host !== before.host || port !== before.port
    void inTurn(async () => {
      const to = { host: host === before.host ? place.host : host, port: port === before.port ? place.port : port }
      if (to.host !== place.host || to.port !== place.port) return follow(to)
      // Our own change of the file comes here too, and one that takes back what could not be had.
      if (isNew && listener) problem = undefined
      publish()
    })
  })

  return {
    status,
    /** Start of every share URL: computed, so that it is right at any time. */
    shareUrl: (code: string): string => `${status().url}/${encodeURIComponent(code)}`,

    /** Opens the door if sharing is on, or if it `must` be. Trouble is a state; look at it. */
    start: (opener: OpenDoor, must: boolean): Promise<SharingStatus> =>
      inTurn(async () => {
        open = opener
        timer = setInterval(() => void inTurn(look), lookEvery).unref()
        isWanted ||= must
        if (isWanted) await listen()
        publish() // the owner door is open already, and may have been told otherwise
        return status()
      }),

    /** Answers the state it led to. Throws `invalid_input` for an address that is not ours. */
    update: (changes: SharingChanges): Promise<SharingStatus> => inTurn(() => apply(changes)),

    /**
     * Listens at another place, which is not written down here. Where that fails, sharing goes on where it was, and the
     * answer is what was wrong.
     */
    move: (to: Partial<Place>): Promise<SharingProblem | undefined> =>
      inTurn(async () => {
        const failed = await moveTo({ ...place, ...to })
        publish()
        return failed
      }),

    /** What `confinedBy` says may have changed: the door opens to others, or shuts, by itself. */
    reconsider: (): Promise<void> => inTurn(() => (door().host === heldHost ? look() : follow(place))),

    /** Ends it for this run: requests in flight get `grace` milliseconds. */
    async stop(grace: number): Promise<void> {
      clearInterval(timer)
      stopListening()
      await queue
      shut(grace)
      open = undefined
      await Promise.all([...leaving].map(it => it.close(grace)))
      await file.close()
    },
  }
}
