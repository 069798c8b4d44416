/** What this computer remembers of its window and its person, in `preferences.toml`. Nothing of the instance. */
import { mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { TomlFile } from '../src-server/index.ts'
import type { Log } from './log.ts'

const Bounds = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() })
export type Bounds = z.infer<typeof Bounds>

const Preferences = z.object({
  window: Bounds.extend({ maximized: z.boolean() }).optional(),
  /** The person went through the steps of the first start. */
  first_start_seen: z.boolean().default(false),
  /** An admin password was made, and the person has not said yet that they saw it. */
  password_unseen: z.boolean().default(false),
  /** Where the instance lives, if the person chose a place. */
  data_dir: z.string().min(1).optional(),
  /** The person was told that closing the window leaves sharing on. */
  close_told: z.boolean().default(false),
})

export type Preferences = TomlFile<typeof Preferences>

/** A file that cannot be read is put aside, and the app starts with the defaults. */
export async function openPreferences(path: string, log: Log): Promise<Preferences> {
  await mkdir(dirname(path), { recursive: true })
  try {
    return await TomlFile.open(path, Preferences)
  } catch (error) {
    log.error(`${path} cannot be read and is put aside`, error)
    await rename(path, `${path}.broken`)
    return TomlFile.open(path, Preferences)
  }
}
