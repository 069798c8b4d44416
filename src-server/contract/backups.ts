import { z } from 'zod'
import { Job } from './jobs.ts'
import { route } from './route.ts'

/** `*`: everybody. */
const Target = z.string().min(1).max(100)

/** A backup that lies in the instance's backup folder. */
export const Backup = z.object({
  /** File name. */
  name: z.string(),
  /** Whose links it holds; `*`: everybody's. */
  user: z.string(),
  createdAt: z.string(),
  createdBy: z.string(),
  /** Bytes. */
  size: z.number(),
  /** Made by the schedule, which keeps the newest few and deletes older ones of its own. */
  isScheduled: z.boolean(),
  /** Why it cannot be restored, as a sentence. */
  problem: z.string().optional(),
})
export type Backup = z.infer<typeof Backup>

export const BackupsPage = z.object({
  items: z.array(Backup),
  /** Where they lie; for admins alone. */
  folder: z.string().optional(),
  schedule: z.enum(['off', 'daily', 'weekly']),
  nextAt: z.string().optional(),
  /** Why the last scheduled backup did not succeed. */
  problem: z.string().optional(),
})
export type BackupsPage = z.infer<typeof BackupsPage>

export const RestoreMode = z.enum(['merge', 'replace'])
export type RestoreMode = z.infer<typeof RestoreMode>

/** What a restore does, or did, to one user. */
export const RestoredUser = z.object({
  username: z.string(),
  isNewUser: z.boolean(),
  /** Codes. */
  created: z.array(z.string()),
  overwritten: z.array(z.string()),
  unchanged: z.array(z.string()),
  /** Links that are here and not in the backup: `replace` moves them to the trash. */
  removed: z.array(z.string()),
  /** Codes that another user has: nothing is restored while there is one. */
  conflicts: z.array(z.object({ code: z.string(), owner: z.string() })),
  /** Entries of the backup that cannot be restored, each with the reason; they are left out. */
  refused: z.array(z.object({ code: z.string(), reason: z.string() })),
  files: z.number(),
  bytes: z.number(),
})
export type RestoredUser = z.infer<typeof RestoredUser>

export const RestoreReport = z.object({
  mode: RestoreMode,
  dryRun: z.boolean(),
  /** Who made the backup, and when; absent where it does not say. */
  createdBy: z.string().optional(),
  createdAt: z.string().optional(),
  users: z.array(RestoredUser),
  /** Why nothing can be restored as asked, as a sentence; absent where it can. */
  blockedBy: z.string().optional(),
  /** After a dry run of an upload: names it to `restore`, for an hour, so that it is not sent again. */
  upload: z.string().optional(),
})
export type RestoreReport = z.infer<typeof RestoreReport>

const restoreFields = {
  mode: RestoreMode.default('merge'),
  /** Into whose folder; left out: the one that the backup names, which has to be the caller unless they are an admin. */
  user: Target.optional(),
  dryRun: z.boolean().default(false),
}

/** The text fields of a multipart restore; the zip is its one `file` part. */
export const RestoreForm = z.object({
  ...restoreFields,
  dryRun: z
    .string()
    .transform(text => ['1', 'true', 'on', 'yes'].includes(text.toLowerCase()))
    .default(false),
})

/** A backup that the server already has: in its folder, or sent for a dry run. */
export const RestoreStored = z
  .object({ ...restoreFields, backup: z.string().optional(), upload: z.string().optional() })
  .refine(({ backup, upload }) => (backup === undefined) !== (upload === undefined), {
    error: 'Name either a backup or an upload',
  })
export type RestoreStored = z.infer<typeof RestoreStored>

/** GET: the zip, as an attachment that can be resumed. */
export const backupFilePath = (name: string): string => `/api/v1/backups/stored/${encodeURIComponent(name)}/file`

const OneBackup = z.object({ name: z.string().min(1).max(200) })

/**
 * A backup holds all that a user has, so a key for one is a key for everything.
 *
 * Besides these: `POST /api/v1/backups` `{user?}` streams a zip of upstream's layout, and a multipart POST to the path of
 * `restore` brings one in.
 */
export const backups = {
  list: route({
    method: 'GET',
    path: '/api/v1/backups',
    access: 'user',
    scope: 'admin',
    input: z.object({}),
    output: BackupsPage,
  }),
  /** Begins a backup into the backup folder. Left out, `user` is the caller; another one, or `*`, is for admins. */
  store: route({
    method: 'POST',
    path: '/api/v1/backups/stored',
    access: 'user',
    scope: 'admin',
    status: 202,
    input: z.object({ user: Target.optional() }),
    output: Job,
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/v1/backups/stored/:name',
    access: 'user',
    scope: 'admin',
    input: OneBackup,
    output: z.void(),
  }),
  /** All or nothing. Throws `bad_backup` for what is no backup, `conflict` for what `blockedBy` of the dry run names. */
  restore: route({
    method: 'POST',
    path: '/api/v1/backups/restore',
    access: 'user',
    scope: 'admin',
    input: RestoreStored,
    output: RestoreReport,
  }),
  /** The desktop's own ways round the page: file bytes never go through it. */
  saveTo: route({
    method: 'POST',
    path: '/api/v1/backups/stored/:name/save',
    access: 'desktop',
    input: OneBackup.extend({ path: z.string().min(1).max(4096) }),
    output: z.void(),
  }),
  /** Takes a zip of this computer in, as an upload that `restore` may be told of. */
  bringIn: route({
    method: 'POST',
    path: '/api/v1/backups/uploads',
    access: 'desktop',
    status: 201,
    input: z.object({ path: z.string().min(1).max(4096) }),
    output: z.object({ upload: z.string() }),
  }),
}
