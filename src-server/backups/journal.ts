import { z } from 'zod'
import type { Row } from '../links/record.ts'
import { Table, type TomlFile } from '../storage/toml-file.ts'

/**
 * What a restore is about to do, on the disk before it does it: state/restore.toml. While it is `staging`, nothing that
 * anybody sees has changed; from `committing` on, all of it is carried out, if need be at the next start.
 */
export interface UserStep {
  readonly username: string
  /** Their row of users.toml, for a user who is to be made. */
  readonly userRow?: Table | undefined
  /** Text of their config.toml. */
  readonly config?: string | undefined
  readonly put: ReadonlyMap<string, Row>
  readonly drop: readonly string[]
  /** Names in the assets folder that the restore brings. */
  readonly files: readonly string[]
}

const Step = z.object({
  username: z.string(),
  userRow: Table.optional(),
  config: z.string().optional(),
  put: Table,
  drop: z.array(z.string()),
  files: z.array(z.string()),
})

export const JournalFile = z.object({
  phase: z.enum(['staging', 'committing']).optional(),
  users: z.array(Step).default([]),
})

type Phase = 'staging' | 'committing'

export type Journal = ReturnType<typeof createJournal>

export function createJournal(file: TomlFile<typeof JournalFile>) {
  return {
    /** What an earlier run left; undefined: nothing. */
    read(): { readonly phase: Phase; readonly steps: UserStep[] } | undefined {
      const { phase, users } = file.value
      return (
        phase && {
          phase,
          steps: users.map(step => ({ ...step, put: new Map(Object.entries(step.put as Record<string, Row>)) })),
        }
      )
    },

    async write(phase: Phase, steps: readonly UserStep[]): Promise<void> {
      const users = steps.map(({ userRow, config, ...step }) => ({
        ...step,
        drop: [...step.drop],
        files: [...step.files],
        put: Object.fromEntries(step.put),
        ...(userRow && { userRow }),
        ...(config !== undefined && { config }),
      }))
      await file.modify(() => ({ phase, users }))
    },

    async clear(): Promise<void> {
      await file.modify(() => ({ users: [] }))
    },

    close: (): Promise<void> => file.close(),
  }
}
