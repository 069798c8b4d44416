import type { z } from 'zod'
import type { Finding } from '../problems/problems.ts'
import { asSentence, findingOf, followEdits } from './follow-edits.ts'
import { TomlFile } from './toml-file.ts'

interface FollowedOptions<S extends z.ZodType> {
  readonly schema: S
  /** What in a file that parses makes no sense. */
  readonly inspect: (value: z.output<S>) => readonly Finding[]
  /** What holds while a file cannot be read from the start, as a sentence. */
  readonly meanwhile: string
  /** Told all that is wrong with the file, at the start and after each change; nothing: all is well. */
  readonly onFindings: (findings: readonly Finding[]) => void
  readonly report: (message: string) => void
}

/**
 * Opens a file that people edit by hand and takes in what they write. One that does not parse stops nobody: it counts as
 * empty, is told of, and is not written over until it is mended. The file's folder has to be there.
 */
export async function openFollowed<S extends z.ZodType>(path: string, options: FollowedOptions<S>) {
  const { schema, inspect, meanwhile, onFindings, report } = options
  const { file, broken } = await TomlFile.openLeniently(path, schema)
  const tell = (findings: readonly Finding[]) => onFindings(findings.length > 0 ? findings : inspect(file.value))
  tell(broken ? [{ ...findingOf(broken), detail: `${asSentence(broken.reason)}. ${meanwhile}` }] : [])
  const stop = followEdits(file, { onOutcome: tell, report })
  return {
    file,
    isBroken: broken !== undefined,
    async close(): Promise<void> {
      stop()
      await file.close()
    },
  }
}
