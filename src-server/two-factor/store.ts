import { z } from 'zod'
import type { TomlFile } from '../storage/toml-file.ts'
import { Table } from '../storage/toml-file.ts'

/**
 * state/two-factor.toml: `[users.NAME]`, for everybody who has a second step. A row that cannot be read still counts as
 * one: its owner is not let in by the password alone, and an admin can reset it.
 */
export interface SecondStep {
  /** The app's secret, sealed; undefined where the row makes no sense. */
  readonly sealedSecret: string | undefined
  readonly since: string | undefined
  /** The time step of the newest code that was taken: neither it nor an older one counts again. */
  readonly lastStep: number
  /** Hashes of the codes that are left. */
  readonly recoveryCodes: readonly string[]
}

export const TwoFactorFile = z.looseObject({ users: Table.optional() })

const Row = z.object({
  secret: z.string(),
  since: z.iso.datetime(),
  last_step: z.int().nonnegative(),
  recovery_codes: z.array(z.string()),
})

export type TwoFactorStore = ReturnType<typeof createTwoFactorStore>

export function createTwoFactorStore(file: TomlFile<typeof TwoFactorFile>) {
  const find = (rows: Table, username: string): SecondStep | undefined =>
    Object.hasOwn(rows, username) ? readRow(rows[username]) : undefined

  return {
    names: (): string[] => Object.keys(file.value.users ?? {}),
    find: (username: string): SecondStep | undefined => find(file.value.users ?? {}, username),

    /**
     * Changes one user's, on the disk when it resolves; undefined takes it away. What `change` sees is what is kept at that
     * moment, however many ask at once; it may throw, and then nothing changes.
     */
    async change(username: string, change: (current: SecondStep | undefined) => SecondStep | undefined): Promise<void> {
      await file.modify(({ users = {}, ...rest }) => {
        const current = find(users, username)
        const changed = change(current)
        if (changed === current) return { ...rest, users }
        const others = Object.entries(users).filter(([name]) => name !== username)
        const row = changed === undefined ? [] : [[username, toRow(changed)] as const]
        return { ...rest, users: Object.fromEntries([...others, ...row]) }
      })
    },

    close: () => file.close(),
  }
}

function readRow(row: unknown): SecondStep {
  const parsed = Row.safeParse(row)
  if (!parsed.success) return { sealedSecret: undefined, since: undefined, lastStep: 0, recoveryCodes: [] }
  const { secret, since, last_step, recovery_codes } = parsed.data
  return { sealedSecret: secret, since, lastStep: last_step, recoveryCodes: recovery_codes }
}

const toRow = ({ sealedSecret, since, lastStep, recoveryCodes }: SecondStep) => ({
  secret: sealedSecret,
  since,
  last_step: lastStep,
  recovery_codes: [...recoveryCodes],
})
