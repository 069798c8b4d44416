/** What the buttons over a Markdown text do to it, as pure functions: a text with its selection → one replacement. */

/** A text and what is selected in it, by places as a text field counts them. */
export interface Selected {
  readonly value: string
  readonly start: number
  readonly end: number
}

/** Puts `insert` in the place of `from`–`to`; `start`–`end` is selected afterwards. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly insert: string
  readonly start: number
  readonly end: number
}

/** Between marks, such as `**`; what has them loses them. */
export function wrap({ value, start, end }: Selected, mark: string): Edit {
  const [from, to] = [start - mark.length, end + mark.length]
  const inner = value.slice(start, end)
  if (from >= 0 && value.slice(from, start) === mark && value.slice(end, to) === mark) {
    return { from, to, insert: inner, start: from, end: from + inner.length }
  }
  return { from: start, to: end, insert: mark + inner + mark, start: start + mark.length, end: end + mark.length }
}

/** Before each line, such as `- `; where all have it, it goes. */
export function prefixLines({ value, start, end }: Selected, prefix: string): Edit {
  const [from, to] = linesAround(value, start, end)
  const lines = value.slice(from, to).split('\n')
  const isOn = lines.every(line => line.startsWith(prefix))
  const insert = lines.map(line => (isOn ? line.slice(prefix.length) : prefix + line)).join('\n')
  // A selection stays one; a cursor stays behind the same letter.
  if (start !== end) return { from, to, insert, start: from, end: from + insert.length }
  const place = Math.max(from, start + (isOn ? -prefix.length : prefix.length))
  return { from, to, insert, start: place, end: place }
}

/** A selected address becomes the target, other text the words of a link. */
export function makeLink({ value, start, end }: Selected): Edit {
  const inner = value.slice(start, end)
  const isAddress = /^(https?:\/\/|mailto:)\S+$/.test(inner)
  const [words, target] = isAddress ? ['', inner] : [inner, 'https://']
  const insert = `[${words}](${target})`
  const place = words === '' ? start + 1 : start + words.length + 3
  return { from: start, to: end, insert, start: place, end: words === '' ? place : place + target.length }
}

/** Code within a line, or a block where several lines are selected. */
export function makeCode(selected: Selected): Edit {
  const { value, start, end } = selected
  const inner = value.slice(start, end)
  if (!inner.includes('\n')) return wrap(selected, '`')
  const [from, to] = linesAround(value, start, end)
  const lines = value.slice(from, to)
  return { from, to, insert: `\`\`\`\n${lines}\n\`\`\``, start: from + 4, end: from + 4 + lines.length }
}

const emptyTable = '| First | Second |\n| --- | --- |\n|  |  |\n'

/** A small table on lines of its own; its first head is selected. */
export function makeTable({ value, end }: Selected): Edit {
  const before = value.slice(0, end)
  const gap = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n'
  const place = end + gap.length + 2
  return { from: end, to: end, insert: gap + emptyTable, start: place, end: place + 'First'.length }
}

/** Two spaces at the cursor, or before each line that is selected. */
export function indent(selected: Selected): Edit {
  const { value, start, end } = selected
  if (!value.slice(start, end).includes('\n')) {
    return { from: start, to: end, insert: '  ', start: start + 2, end: start + 2 }
  }
  const [from, to] = linesAround(value, start, end)
  const insert = value.slice(from, to).replace(/^/gm, '  ')
  return { from, to, insert, start: from, end: from + insert.length }
}

/** The whole lines that a selection touches. */
function linesAround(value: string, start: number, end: number): [from: number, to: number] {
  const next = value.indexOf('\n', end)
  return [value.lastIndexOf('\n', start - 1) + 1, next === -1 ? value.length : next]
}
