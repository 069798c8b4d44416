import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { StartError } from './start-error.ts'

/**
 * The variables in a `.env` file: `NAME=value`, in quotes or not, with comments after `#`, with either kind of line end.
 * A missing file has none. Throws `StartError` for one that cannot be read, naming the line but never what stands there,
 * since it may be a secret.
 */
export function readDotEnv(path: string): ReadonlyMap<string, string> {
  const text = readText(path).replace(/^\uFEFF/, '')
  const found = Object.entries(parseEnv(text))
  const odd = found.find(([name]) => !/^[A-Za-z_]\w*$/.test(name))
  if (odd) throw new StartError('unknown', `${path}, line ${lineOf(text, odd[0])}: Write NAME=value`)
  return new Map(found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return ''
    throw new StartError('unknown', `${path} cannot be read (${code}). Make it a readable file, or take it away`)
  }
}

/** A line without `=` is taken for the start of the next name. */
function lineOf(text: string, name: string): number {
  const [start = ''] = name.split('\n')
  return text.split('\n').findIndex(line => line.trim().startsWith(start.trim())) + 1
}
