import { dirname } from 'node:path'
import { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import type { OwnSettingsChanges } from '../contract/settings.ts'
import type { Problems } from '../problems/problems.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { makeFolder } from '../storage/durable.ts'
import { openFollowed } from '../storage/open-followed.ts'
import { inspectThemes, type ThemeNames } from './appearance.ts'

/**
 * Each user's own config.toml: `[app] theme, markdown_theme`, held in memory and followed for edits made by hand. The
 * admin has none: what the admin chooses is the instance's. Knows no rules.
 */
export type OwnStore = ReturnType<typeof createOwnStore>

const name = z.string({ error: 'Write the name of a theme in quotes' }).optional()

const OwnFile = z.looseObject({
  app: z.looseObject({ theme: name, markdown_theme: name }, 'app has to be a table').optional(),
})
type OwnFile = z.infer<typeof OwnFile>

interface OwnStoreOptions {
  readonly dataDir: DataDir
  readonly problems: Problems
  readonly report: (message: string) => void
  /** Hears whose settings are not what they were. */
  readonly onChange: (username: string) => void
}

export function createOwnStore({ dataDir, problems, report, onChange }: OwnStoreOptions) {
  const files = new Map<string, Awaited<ReturnType<typeof openFile>>>()
  let queue: Promise<void> = Promise.resolve()

  async function openFile(owner: string) {
    const path = dataDir.userConfig(owner)
    await makeFolder(dirname(path))
    const opened = await openFollowed(path, {
      schema: OwnFile,
      inspect: value => inspectThemes(read(value)),
      meanwhile: 'Until it is mended, the instance’s themes hold',
      onFindings: findings => problems.set({ path, owner }, findings),
      report,
    })
    opened.file.onChange(() => onChange(owner))
    return opened
  }

  async function open(owner: string): Promise<void> {
    try {
      files.set(owner, await openFile(owner))
    } catch (error) {
      report(`The settings of ${owner} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  async function close(owner: string): Promise<void> {
    const opened = files.get(owner)
    files.delete(owner)
    problems.set({ path: dataDir.userConfig(owner), owner }, [])
    await opened?.close()
  }

  async function openOwners(names: readonly string[]): Promise<void> {
    const wanted = names.filter(it => it !== 'admin')
    await Promise.all([...files.keys()].filter(it => !wanted.includes(it)).map(close))
    await Promise.all(wanted.filter(it => !files.has(it)).map(open))
  }

  return {
    /** Opens the files of these users and lets go of the others. Never rejects. */
    setOwners(names: readonly string[]): Promise<void> {
      queue = queue.then(() => openOwners(names))
      return queue
    },

    /** What a user chose, as it is written; undefined for somebody who has no file of their own. */
    of(username: string): ThemeNames | undefined {
      const opened = files.get(username)
      return opened && read(opened.file.value)
    },

    /** On the disk when it resolves. `null` takes a choice back. Throws `file_broken`. */
    async change(username: string, changes: OwnSettingsChanges): Promise<void> {
      const opened = files.get(username)
      if (!opened) throw new AppError('not_found', `There are no settings of ${username}`)
      await opened.file.modify(current => write(current, changes))
    },

    async close(): Promise<void> {
      await queue
      await Promise.all([...files.values()].map(it => it.close()))
    },
  }
}

/** An empty name is none. */
const read = ({ app }: OwnFile): ThemeNames => ({
  ...(app?.theme && { theme: app.theme }),
  ...(app?.markdown_theme && { markdownTheme: app.markdown_theme }),
})

function write(file: OwnFile, { theme, markdownTheme }: OwnSettingsChanges): OwnFile {
  const changes = Object.entries({ theme, markdown_theme: markdownTheme }).filter(([, value]) => value !== undefined)
  const app = { ...file.app, ...Object.fromEntries(changes) }
  return { ...file, app: Object.fromEntries(Object.entries(app).filter(([, value]) => value !== null)) }
}
