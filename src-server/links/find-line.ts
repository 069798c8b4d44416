import { parse } from 'smol-toml'

/**
 * Where in a links.toml an entry stands, counted from 1: `[links.CODE]` in any spelling that TOML has for it, or
 * `CODE = …` below `[links]`. Undefined where it is written in yet another form.
 */
export function findLine(lines: readonly string[], code: string): number | undefined {
  let isInLinks = false
  const index = lines.findIndex(line => {
    const isHeader = /^\s*\[/.test(line)
    if (isHeader) isInLinks = /^\s*\[\s*links\s*\]/.test(line)
    else if (!isInLinks) return false
    // An escape may stand for any letter.
    if (!line.includes(code) && !line.includes('\\')) return false
    if (isHeader) return names(line, table => Object.hasOwn(tableIn(table, 'links'), code))
    return names(`${line.split('=', 1)[0]} = 0`, table => Object.hasOwn(table, code))
  })
  return index < 0 ? undefined : index + 1
}

function names(line: string, isIt: (table: object) => boolean): boolean {
  try {
    return isIt(parse(line))
  } catch {
    return false
  }
}

function tableIn(table: object, name: string): object {
  const inner: unknown = Object.getOwnPropertyDescriptor(table, name)?.value
  return typeof inner === 'object' && inner !== null ? inner : {}
}
