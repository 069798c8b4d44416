import { v4 as uuid } from 'uuid'
import { AppError } from '../contract/errors.ts'
import type { Job } from '../contract/jobs.ts'
import type { EventHub } from '../events/hub.ts'
import { maySeeLink, type Who } from '../policy.ts'

/**
 * Work that goes on after its request was answered. Tells of progress at most four times a second and of every end;
 * what has ended is listed for five minutes. Users see their own, an admin all.
 */
export type Jobs = ReturnType<typeof createJobs>

const tellEvery = 250
const keptFor = 5 * 60_000

type NewJob = Pick<Job, 'kind' | 'owner' | 'title'>

/** Held by who does the work. */
export interface RunningJob {
  /** Aborts when somebody cancels, with the error to end with. */
  readonly signal: AbortSignal
  current(): Job
  /** Bytes so far, and in all once that is known. */
  progress(done: number, total?: number): void
  done(outcome?: Pick<Job, 'backup'>): void
  fail(error: unknown): void
}

interface Held {
  job: Job
  toldAt: number
  endedAt: number | undefined
  readonly controller: AbortController
}

interface JobsOptions {
  readonly events: EventHub
  readonly report: (message: string) => void
  readonly now?: () => number
}

export function createJobs({ events, report, now = Date.now }: JobsOptions) {
  const all = new Map<string, Held>()
  const running = new Set<Promise<void>>()

  function tell(held: Held): void {
    held.toldAt = now()
    events.publish('job', held.job, held.job.owner)
  }

  function dropOld(): void {
    for (const [id, { endedAt }] of all) if (endedAt !== undefined && endedAt < now() - keptFor) all.delete(id)
  }

  function end(held: Held, outcome: Partial<Job>): void {
    if (held.endedAt !== undefined) return
    held.endedAt = now()
    held.job = { ...held.job, ...outcome }
    tell(held)
  }

  function fail(held: Held, error: unknown): void {
    if (!(error instanceof AppError))
      report(`${held.job.title} failed: ${error instanceof Error ? error.stack : error}`)
    const state = held.controller.signal.aborted ? 'cancelled' : 'failed'
    end(held, { state, error: explain(error) })
  }

  function start(about: NewJob): RunningJob {
    dropOld()
    const startedAt = new Date(now()).toISOString()
    const job: Job = { ...about, id: uuid(), state: 'running', done: 0, startedAt }
    const held: Held = { job, toldAt: 0, endedAt: undefined, controller: new AbortController() }
    all.set(job.id, held)
    tell(held)
    return {
      signal: held.controller.signal,
      current: () => held.job,
      progress(done, total = held.job.total) {
        if (held.endedAt !== undefined) return
        held.job = { ...held.job, done, ...(total !== undefined && { total }) }
        if (now() >= held.toldAt + tellEvery) tell(held)
      },
      done: outcome => end(held, { ...outcome, state: 'done', done: held.job.total ?? held.job.done }),
      fail: error => fail(held, error),
    }
  }

  return {
    start,

    /** Starts work and answers at once; how it ends is told by the job alone. */
    run(about: NewJob, work: (job: RunningJob) => Promise<Pick<Job, 'backup'>>): Job {
      const job = start(about)
      const whole = work(job).then(job.done, job.fail)
      running.add(whole)
      void whole.finally(() => running.delete(whole))
      return job.current()
    },

    list(who: Who): Job[] {
      dropOld()
      return [...all.values()].map(({ job }) => job).filter(({ owner }) => maySeeLink(who, owner))
    },

    /** Throws `not_found`, also for what is someone else’s. What has ended stays as it is. */
    cancel(who: Who, id: string): void {
      const held = all.get(id)
      if (!held || !maySeeLink(who, held.job.owner)) throw new AppError('not_found', 'There’s no such work any more')
      if (held.endedAt === undefined) held.controller.abort(new AppError('cancelled', 'You cancelled it'))
    },

    /** Ends what a user who is gone has going on, and drops the rest. */
    forget(owner: string): void {
      const reason = new AppError('cancelled', 'This user was deleted')
      for (const [id, { job, endedAt, controller }] of all) {
        if (job.owner !== owner) continue
        if (endedAt === undefined) controller.abort(reason)
        all.delete(id)
      }
    },

    /** Ends all that still runs, and waits until it has. */
    async stop(): Promise<void> {
      const reason = new AppError('cancelled', 'The server stopped before this was done')
      for (const { endedAt, controller } of all.values()) if (endedAt === undefined) controller.abort(reason)
      await Promise.all(running)
    },
  }
}

function explain(error: unknown): NonNullable<Job['error']> {
  if (error instanceof AppError) return { code: error.code, detail: error.message }
  return { code: 'internal', detail: 'Something went wrong on this computer. The log says what' }
}
