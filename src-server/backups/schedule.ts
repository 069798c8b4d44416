import type { BackupFolder } from './folder.ts'

/**
 * Backups that make themselves: daily or on Sundays, at an hour of this computer’s own time. One that was missed while
 * it was off is made at the next start, one that failed is tried again after an hour or a change of the settings. Keeps
 * the newest few of its own and never deletes what a person made.
 */
export type Schedule = ReturnType<typeof createSchedule>

export interface BackupSettings {
  readonly schedule: 'off' | 'daily' | 'weekly'
  /** 0 to 23, in local time. */
  readonly hour: number
  readonly keep: number
}

interface ScheduleState {
  readonly schedule: BackupSettings['schedule']
  /** Absent where none is planned. */
  readonly nextAt?: Date | undefined
  /** Why the last try failed. */
  readonly problem?: string | undefined
}

interface ScheduleOptions {
  readonly settings: () => BackupSettings
  readonly folder: Pick<BackupFolder, 'list' | 'remove'>
  /** Makes one; throws why it could not. */
  readonly make: () => Promise<void>
  readonly report: (message: string) => void
  readonly now: () => Date
}

/** The clock is looked at this often, so that neither sleep nor a new time of day is missed. */
const lookEvery = 30_000
const retryAfter = 60 * 60_000

export function createSchedule({ settings, folder, make, report, now }: ScheduleOptions) {
  let last: Date | undefined
  let failure: { readonly at: Date; readonly problem: string; readonly settings: string } | undefined
  let looking: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  const ours = async () => (await folder.list()).filter(({ isScheduled, problem }) => isScheduled && !problem)

  function nextAt(): Date | undefined {
    const { schedule, hour } = settings()
    if (schedule === 'off') return undefined
    const due = last === undefined ? now() : dueAfter(last, schedule, hour)
    // Who changed the settings may have mended what was wrong.
    const isSame = failure?.settings === JSON.stringify(settings())
    const retry = failure && isSame ? new Date(failure.at.getTime() + retryAfter) : undefined
    return retry && retry > due ? retry : due
  }

  async function deleteOld(): Promise<void> {
    for (const { name } of (await ours()).slice(settings().keep)) await folder.remove(name)
  }

  async function lookNow(): Promise<void> {
    if (settings().schedule === 'off') {
      failure = undefined
      return
    }
    last = (await ours())[0]?.createdAt
    const due = nextAt()
    if (due === undefined || due > now()) return
    const at = now()
    try {
      await make()
      failure = undefined
      last = at
      await deleteOld()
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const problem = `The scheduled backup could not be made: ${why}`
      failure = { at, problem, settings: JSON.stringify(settings()) }
      report(problem)
    }
  }

  /** Makes the backup that is due, if one is. Looks that overlap are one. */
  function look(): Promise<void> {
    looking ??= lookNow()
      .catch(error => report(`The schedule of backups could not be looked at: ${error}`))
      .finally(() => {
        looking = undefined
      })
    return looking
  }

  return {
    look,

    start(): void {
      void look()
      timer = setInterval(() => void look(), lookEvery)
      timer.unref()
    },

    state: (): ScheduleState => ({ schedule: settings().schedule, nextAt: nextAt(), problem: failure?.problem }),

    /** Waits for a look that is under way. */
    async stop(): Promise<void> {
      clearInterval(timer)
      await looking
    },
  }
}

/** The next time after `last` at which a backup is due: the hour of a day, or of a Sunday. */
export function dueAfter(last: Date, schedule: 'daily' | 'weekly', hour: number): Date {
  const [step, toFirst] = schedule === 'daily' ? [1, 0] : [7, (7 - last.getDay()) % 7]
  const dayOf = (days: number) => new Date(last.getFullYear(), last.getMonth(), last.getDate() + days, hour)
  const first = dayOf(toFirst)
  return first > last ? first : dayOf(toFirst + step)
}
