import { createHash } from 'node:crypto'
import { relative, sep } from 'node:path'
import type { FileProblem } from '../contract/problems.ts'
import type { EventHub } from '../events/hub.ts'
import type { Who } from '../policy.ts'

/**
 * What in the data folder's files cannot be understood, for people to see until it is mended. Whoever owns a file says
 * anew, each time that it was read, what is wrong with it; nothing is wrong with a file that is not in here.
 */
export type Problems = ReturnType<typeof createProblems>

/** One thing that is wrong with a file. */
export type Finding = Omit<FileProblem, 'id' | 'file' | 'owner'>

/** A file, by its full path, and whose it is; no owner: the instance's. */
export interface Subject {
  readonly path: string
  readonly owner?: string | undefined
}

interface ProblemsOptions {
  /** The data folder. */
  readonly root: string
  readonly events: EventHub
  /** Hears of each problem once. */
  readonly report: (message: string) => void
}

export function createProblems({ root, events, report }: ProblemsOptions) {
  const byFile = new Map<string, readonly FileProblem[]>()

  return {
    /** Replaces all that was known to be wrong with a file. */
    set({ path, owner }: Subject, findings: readonly Finding[]): void {
      const before = byFile.get(path) ?? []
      const file = relative(root, path).split(sep).join('/')
      const now = findings.map(finding => ({ ...finding, id: idOf(file, finding), file, ...(owner && { owner }) }))
      if (now.length > 0) byFile.set(path, now)
      else byFile.delete(path)
      const added = now.filter(({ id }) => !before.some(known => known.id === id))
      for (const problem of added) report(inWords(problem))
      if (added.length > 0 || now.length !== before.length) events.publish('problems', {}, owner)
    },

    /** Of one file, by its full path. */
    of: (path: string): readonly FileProblem[] => byFile.get(path) ?? [],

    list: (who: Who): FileProblem[] =>
      [...byFile.values()].flat().filter(({ owner }) => who.isAdmin || owner === who.username),
  }
}

/** `config/config.toml, line 3, column 8, app.theme: what is wrong`. */
function inWords({ file, line, column, entry, detail }: FileProblem): string {
  const place = [file, line && `line ${line}`, column && `column ${column}`, entry].filter(Boolean).join(', ')
  return `${place}: ${detail}`
}

const idOf = (file: string, { kind, entry, detail }: Finding): string =>
  createHash('sha256').update([file, kind, entry, detail].join('\n')).digest('hex').slice(0, 16)
