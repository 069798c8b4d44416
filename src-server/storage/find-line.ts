import { readFile } from 'node:fs/promises'
import { parse } from 'smol-toml'
import { isTable } from './toml-file.ts'

/**
 * Where in a TOML file a table or a key stands, counted from 1, whatever quotes it is written in: `['users', 'ann']` is
 * the line of `[users.ann]`. Undefined where it is written in yet another form.
 */
export function findLine(text: string, path: readonly string[]): number | undefined {
  let table: readonly string[] = []
  const index = text.split('\n').findIndex(line => {
    if (/^\s*\[/.test(line)) {
      table = keysOf(line)
      return isSame(table, path)
    }
    return line.includes('=') && isSame([...table, ...keysOf(`${line.split('=', 1)[0]} = 0`)], path)
  })
  return index < 0 ? undefined : index + 1
}

/** The text to find lines in; of a file that cannot be read: none. */
export const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/** One line of TOML → the names that lead to what it is about; none where it is no line by itself. */
function keysOf(line: string): string[] {
  const keys: string[] = []
  let inner: unknown = parseLine(line)
  while (isTable(inner)) {
    const [entry] = Object.entries(inner)
    if (!entry) break
    keys.push(entry[0])
    inner = entry[1]
  }
  return keys
}

function parseLine(line: string): unknown {
  try {
    return parse(line)
  } catch {
    return undefined
  }
}

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((name, index) => name === others[index])
