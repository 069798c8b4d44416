/**
 * Keeps the server's process alive: starts it, hands it its secrets over a private port, starts it again when it dies,
 * and stops it in peace. Callers see one state; the port that others use stays the same throughout.
 */
import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type UtilityProcess, utilityProcess } from 'electron'
import { AppError } from '../src-server/contract/index.ts'
import type { Vault } from '../src-server/index.ts'
import type { ServerProcess } from './contract.ts'
import type { Log } from './log.ts'
import { FromServerProcess, type ServerStart, type ToServerProcess, type VaultRequest } from './server-messages.ts'

const limits = {
  /** Milliseconds until a process that says nothing counts as dead. */
  ready: 60_000,
  /** The server itself gives its requests 10 s. */
  stop: 13_000,
  /** A process that ran this long has its earlier deaths forgiven. */
  stable: 60_000,
  longestPause: 30_000,
  /** How long a data folder may be held by a process that was killed just before, and the pause between two tries. */
  inUse: 3000,
  retry: 250,
}

type Failure = Extract<FromServerProcess, { type: 'failed' }>

export interface ServerHostOptions {
  /** The built entry of the server's process. */
  readonly entry: string
  /** Asked anew for every process; the keychain may take its time. An `AppError` says why there can be none. */
  readonly server: () => Promise<ServerStart>
  /** Where the server's secrets are kept. What it throws is told to the server. */
  readonly vault: Vault
  readonly log: Log
  /** Hears every state, the same one never twice in a row. */
  readonly onState: (state: ServerProcess) => void
}

export class ServerHost {
  readonly #options: ServerHostOptions
  #state: ServerProcess = { state: 'starting' }
  #process: UtilityProcess | undefined
  #ended: Promise<void> = Promise.resolve()
  /** Raised by every start and stop: what belongs to an earlier round is void. */
  #round = 0
  /** Hears the first state after a start that is not `starting`. */
  #onSettled: (state: ServerProcess) => void = () => {}

  constructor(options: ServerHostOptions) {
    this.#options = options
  }

  get state(): ServerProcess {
    return this.#state
  }

  /** Starts the server and keeps it running until `stop`. Trouble is told as a state: answers the one it came to first. */
  start(): Promise<ServerProcess> {
    this.#round += 1
    this.#enter({ state: 'starting' })
    const settled = new Promise<ServerProcess>(resolve => {
      this.#onSettled = resolve
    })
    this.#keepRunning(this.#round).catch(error => {
      this.#options.log.error('The server process cannot be run', error)
      const detail = error instanceof AppError ? error.message : 'The sharing service cannot be run. The log says why'
      this.#fail({ type: 'failed', reason: 'unknown', detail })
    })
    return settled
  }

  /** Ends once the process is gone; one that does not stop in time is killed. */
  async stop(): Promise<void> {
    this.#round += 1
    const process = this.#process
    if (!process) return
    post(process, { type: 'stop' })
    const wait = new AbortController()
    await Promise.race([this.#ended, sleep(limits.stop, undefined, { signal: wait.signal }).catch(() => {})])
    wait.abort()
    if (this.#process === process) process.kill()
    await this.#ended
  }

  /** Starts anew after a failure, or in place of the running one. */
  async restart(): Promise<void> {
    await this.stop()
    void this.start()
  }

  async #keepRunning(round: number): Promise<void> {
    let deaths = 0
    let lastSeen = Date.now()
    while (round === this.#round) {
      const began = Date.now()
      const failure = await this.#runOnce(round)
      if (round !== this.#round) return
      if (failure?.reason === 'data_dir_in_use' && Date.now() - lastSeen < limits.inUse) {
        await sleep(limits.retry)
        continue
      }
      if (failure) {
        this.#fail(failure)
        return
      }
      lastSeen = Date.now()
      deaths = lastSeen - began > limits.stable ? 1 : deaths + 1
      this.#options.log.error('The server process ended on its own')
      this.#enter({ state: 'restarting', detail: 'The sharing service stopped. Starting it again…' })
      if (deaths > 1) await sleep(Math.min(1000 * 2 ** (deaths - 2), limits.longestPause))
    }
  }

  /** Ends with the process → why it did not start, or nothing if it ran and died. */
  async #runOnce(round: number): Promise<Failure | undefined> {
    const { entry, log } = this.#options
    const server = await this.#options.server()
    // A process that was killed leaves its socket behind.
    if (server.owner && process.platform !== 'win32') await rm(server.owner.socketPath, { force: true })
    if (round !== this.#round) return undefined
    const child = utilityProcess.fork(entry, [], { serviceName: 'Trunk8 server', stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    this.#ended = new Promise(resolve => child.once('exit', () => resolve()))
    copyLines(child, log)
    const failure = this.#start(child, server)
    await this.#ended
    this.#process = undefined
    return failure()
  }

  /** Hands over the options and waits for word; the returned function says what failed, if anything has. */
  #start(child: UtilityProcess, options: ServerStart): () => Failure | undefined {
    let failure: Failure | undefined
    const giveUp = setTimeout(() => child.kill(), limits.ready)
    child.once('exit', () => clearTimeout(giveUp))
    child.on('message', given => {
      const message = FromServerProcess.safeParse(given)
      if (!message.success) return
      clearTimeout(giveUp)
      switch (message.data.type) {
        case 'ready':
          return this.#enter({ state: 'running' })
        case 'failed':
          failure = message.data
          child.kill()
          return
        case 'vault':
          void this.#answerVault(child, message.data)
          return
        default:
          message.data satisfies never
      }
    })
    post(child, { type: 'start', options })
    return () => failure
  }

  async #answerVault(child: UtilityProcess, request: VaultRequest): Promise<void> {
    const { id, act, name } = request
    try {
      const secret = await perform(this.#options.vault, request)
      post(child, { type: 'vaultAnswer', id, ...(secret !== undefined && { secret }) })
    } catch (error) {
      this.#options.log.error(`The server could not ${act} its ${name}`, error)
      const problem = error instanceof AppError ? error.message : 'It could not be kept. The log says why'
      post(child, { type: 'vaultAnswer', id, problem })
    }
  }

  #fail({ reason, detail }: Failure): void {
    this.#options.log.error(`The server did not start (${reason}): ${detail}`)
    this.#enter({ state: 'failed', detail })
  }

  #enter(state: ServerProcess): void {
    if (state.state === this.#state.state && state.state !== 'failed') return
    this.#state = state
    if (state.state !== 'starting') this.#onSettled(state)
    this.#options.onState(state)
  }
}

async function perform(vault: Vault, request: VaultRequest): Promise<string | undefined> {
  if (request.act === 'read') return vault.read(request.name)
  await (request.act === 'write' ? vault.write(request.name, request.secret) : vault.remove(request.name))
  return undefined
}

const post = (process: UtilityProcess, message: ToServerProcess): void => process.postMessage(message)

/** Whatever the server prints is trouble that its own log could not take. */
function copyLines({ stdout, stderr }: UtilityProcess, log: Log): void {
  for (const stream of [stdout, stderr]) {
    if (stream) createInterface({ input: stream }).on('line', line => log.info(`server: ${line}`))
  }
}
