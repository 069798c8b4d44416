import { parse } from 'smol-toml'

/**
 * Where in a TOML file a table or a key stands, counted from 1, in whichever of its spellings: `['users', 'ann']` is the
 * line of `[users.ann]`, of `["users"."ann"]`, or of `ann = …` below `[users]`. Undefined where it is written in yet
 * another form.
 */
export function findLine(lines: readonly string[], path: readonly string[]): number | undefined {
  let table: readonly string[] = []
  const index = lines.findIndex(line => {
    if (/^\s*\[/.test(line)) {
      table = mayName(line, path) ? keysOf(line) : elsewhere
      return isSame(table, path)
    }
    if (!line.includes('=') || !isBelow(path, table) || !mayName(line, path)) return false
    return isSame([...table, ...keysOf(`${line.split('=', 1)[0]} = 0`)], path)
  })
  return index < 0 ? undefined : index + 1
}

/** No path begins with a table like this. */
const elsewhere = ['', '']

/** Reading a line costs: most can be told to be another at a look. An escape may stand for any letter. */
const mayName = (line: string, path: readonly string[]): boolean =>
  line.includes('\\') || path.some(name => line.includes(name))

/** One line of TOML → the names that lead to what it is about; none where it is no line by itself. */
function keysOf(line: string): string[] {
  const keys: string[] = []
  let inner = parseLine(line)
  while (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
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

const isBelow = (path: readonly string[], table: readonly string[]): boolean =>
  table.length < path.length && table.every((name, index) => name === path[index])

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((name, index) => name === others[index])
