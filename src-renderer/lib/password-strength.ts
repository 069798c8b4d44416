/**
 * How hard a password is to guess, in plain words: counts what a guesser has to get right, not which kinds of characters
 * it has. An estimate to go by while typing; what is allowed is the server's to say.
 */
export interface Strength {
  readonly tone: 'bad' | 'warn' | 'ok'
  readonly words: string
}

interface StrengthContext {
  /** Characters. */
  readonly shortest: number
  /** What everybody knows of this person: names, longer than two letters. */
  readonly known: readonly string[]
}

/** Guesses as powers of two. Our hashes are slow: a thief who has one of them tries some 2⁴⁰ in a year. */
const easyBelow = 45
const strongFrom = 60

/** Password → words; `undefined` while nothing is typed. */
export function strengthOf(password: string, { shortest, known }: StrengthContext): Strength | undefined {
  const length = [...password].length
  if (length === 0) return undefined
  const missing = shortest - length
  if (missing > 0)
    return { tone: 'bad', words: `Too short: ${missing} more ${missing === 1 ? 'character' : 'characters'}` }
  const name = known.find(word => word.length > 2 && password.toLowerCase().includes(word.toLowerCase()))
  const bits = bitsOf(name === undefined ? password : withoutWord(password, name))
  if (bits < easyBelow) return { tone: 'bad', words: name ? 'Easy to guess: it holds your name' : easyWords }
  if (bits < strongFrom) return { tone: 'warn', words: 'Good. One more word makes it strong' }
  return { tone: 'ok', words: 'Strong' }
}

const easyWords = 'Easy to guess. Three or four unrelated words are easier to keep in mind'

function withoutWord(password: string, word: string): string {
  const start = password.toLowerCase().indexOf(word.toLowerCase())
  return password.slice(0, start) + password.slice(start + word.length)
}

/** What a letter of a word is worth: language makes it likely. Letters in no order are worth what their kind offers. */
const wordLetter = 2.6
const words = /\p{Lu}?\p{Ll}{3,}/gu

function bitsOf(password: string): number {
  const inWords = [...password.matchAll(words)].reduce((sum, [word]) => sum + unlikeEachOther([...word]), 0)
  return inWords * wordLetter + newsIn(password.replace(words, '')) * Math.log2(poolOf(password))
}

/** How many characters do not only go on with what stood before: `1111` and `1234` tell a guesser nothing new. */
function newsIn(text: string): number {
  const points = [...text].map(char => char.codePointAt(0) ?? 0)
  return unlikeEachOther(points.filter((point, index) => index === 0 || Math.abs(point - (points[index - 1] ?? 0)) > 1))
}

/** How many there are, where they are not the same few over and over. */
function unlikeEachOther(items: readonly unknown[]): number {
  const different = new Set(items).size
  return different <= items.length / 3 ? different : items.length
}

/** How many characters there are of the kinds that are used. */
function poolOf(password: string): number {
  const kinds: readonly (readonly [RegExp, number])[] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[ -/:-@[-`{-~]/, 33],
    [/[^ -~]/, 100],
  ]
  return kinds.reduce((sum, [pattern, size]) => sum + (pattern.test(password) ? size : 0), 1)
}
