import { parse, stringify } from 'smol-toml'
import { z } from 'zod'
import { toLocalTime } from '../storage/local-time.ts'
import { Table } from '../storage/toml-file.ts'

/**
 * backup_metadata.toml: upstream’s `[backup_info]`, in which `target_user = "*"` means everybody, then what upstream
 * leaves alone: whether the schedule made it, the SHA-256 of every other file, and the links that could not come along.
 */
export interface BackupInfo {
  readonly createdBy: string
  /** `*`: everybody. */
  readonly user: string
  readonly createdAt: Date
  readonly version: string
  readonly isScheduled: boolean
}

/** A link whose file was gone when the backup came to it. */
export interface LeftOut {
  readonly user: string
  readonly code: string
}

export const metadataName = 'backup_metadata.toml'

const text = z.string().optional().catch(undefined)

const Metadata = z.object({
  backup_info: z
    .object({
      created_by: text,
      target_user: text,
      created_at: z.unknown(),
      trunk8_version: text,
      scheduled: z.boolean().catch(false).default(false),
    })
    .optional(),
  files: z.custom<Table>(value => Table.safeParse(value).success).optional(),
})

/** What a backup says of itself; whatever it does not say is absent. */
export type ReadMetadata = z.output<typeof Metadata>

/** Throws what the parser throws. */
export const readMetadata = (toml: string): ReadMetadata =>
  Metadata.parse(parse(toml, { integersAsBigInt: 'asNeeded' }))

/** `files`: name in the zip → SHA-256 in hex. */
export function writeMetadata(
  info: BackupInfo,
  files: ReadonlyMap<string, string>,
  leftOut: readonly LeftOut[],
): string {
  return stringify({
    backup_info: {
      created_by: info.createdBy,
      target_user: info.user,
      created_at: toLocalTime(info.createdAt),
      trunk8_version: info.version,
      ...(info.isScheduled && { scheduled: true }),
    },
    ...(leftOut.length > 0 && {
      left_out: leftOut.map(({ user, code }) => ({ user, code, reason: 'its file is gone' })),
    }),
    files: Object.fromEntries(files),
  })
}
