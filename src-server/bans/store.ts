import { z } from 'zod'
import { Ban } from '../contract/bans.ts'
import type { TomlFile } from '../storage/toml-file.ts'

/**
 * Bans as they outlive the process: with the time of the wall, since no other does, and with the length that each was
 * given, so that a clock that was set makes none longer.
 */
const Row = z.looseObject({
  since: z.iso.datetime({ offset: true }),
  until: z.iso.datetime({ offset: true }),
  seconds: z.number().min(1),
  why: Ban.shape.why,
  failures: z.number().optional(),
  by: z.string().optional(),
})

export const BansFile = z.looseObject({ bans: z.record(z.string(), Row).default({}) })
export type BansFile = TomlFile<typeof BansFile>

/** A ban in the process: by the clock that never goes back. */
export interface HeldBan {
  readonly address: string
  /** Milliseconds of `clock.steady`. */
  readonly since: number
  readonly until: number
  readonly why: Ban['why']
  readonly failures?: number | undefined
  readonly by?: string | undefined
}

export interface Clock {
  /** Milliseconds that never go back. */
  steady(): number
  /** Milliseconds since 1970, which somebody may set. */
  wall(): number
}

/** A wall clock that is behind by more than this was set back while nobody looked. */
const ahead = 5 * 60_000

/**
 * What of the file still holds. None lasts longer than it was meant to, and one that failures brought no longer than
 * `banSeconds`; one that begins in the future begins now, since the clock was set back.
 */
export function readBans(file: BansFile, { steady, wall }: Clock, banSeconds: number): HeldBan[] {
  const [now, today] = [steady(), wall()]
  return Object.entries(file.value.bans).flatMap(([address, row]) => {
    const { why, failures, by } = row
    const [since, until] = [Date.parse(row.since), Date.parse(row.until)]
    const longest = (why === 'by_hand' ? row.seconds : Math.min(row.seconds, banSeconds)) * 1000
    const left = since > today + ahead ? longest : Math.min(until - today, longest)
    if (left <= 0) return []
    return [{ address, since: now - Math.max(0, today - since), until: now + left, why, failures, by }]
  })
}

/** Rejects with what the disk says. */
export async function writeBans(file: BansFile, bans: readonly HeldBan[], clock: Clock): Promise<void> {
  await file.modify(current => ({
    ...current,
    bans: Object.fromEntries(bans.map(ban => [ban.address, toRow(ban, clock)])),
  }))
}

function toRow(ban: HeldBan, clock: Clock): z.infer<typeof Row> {
  const { address: _, ...row } = toBan(ban, clock)
  return { ...row, seconds: Math.max(1, Math.round((ban.until - ban.since) / 1000)) }
}

/** As people see it. */
export function toBan({ address, since, until, why, failures, by }: HeldBan, { steady, wall }: Clock): Ban {
  const toIso = (time: number) => new Date(wall() + time - steady()).toISOString()
  const who = { ...(failures !== undefined && { failures }), ...(by !== undefined && { by }) }
  return { address, since: toIso(since), until: toIso(until), why, ...who }
}
