import { readdir, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import type { DataDir } from './data-dir.ts'
import { makeFolder, sweepTemporaries } from './durable.ts'
import { TomlFile } from './toml-file.ts'

/** Makes what is missing of the folder, open to nobody else (0750). */
export async function makeFolders({ root, config, users, logs, state }: DataDir): Promise<void> {
  for (const folder of [root, dirname(config), dirname(users), logs, state()]) {
    await makeFolder(folder)
  }
}

/** Clears away what writes of an earlier run have left. Only for whoever holds the folder's lock. */
export async function sweepFolders({ config, users, state }: DataDir): Promise<void> {
  const people = await readdir(dirname(users), { withFileTypes: true })
  const own = people.filter(entry => entry.isDirectory()).map(entry => join(dirname(users), entry.name))
  await Promise.all([dirname(config), dirname(users), state(), ...own].map(sweepTemporaries))
}

/**
 * Opens a file of `state/`, which holds nothing that people write by hand: one that cannot be read is put aside, told
 * about, and begun anew, so that it keeps nobody from their links.
 */
export async function openState<S extends z.ZodType>(
  path: string,
  schema: S,
  report: (message: string) => void,
): Promise<TomlFile<S>> {
  try {
    return await TomlFile.open(path, schema)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'file_broken') throw error
    report(`${error.message}. The file is kept as ${basename(path)}.broken, and begun anew`)
    await rename(path, `${path}.broken`)
    return TomlFile.open(path, schema)
  }
}
