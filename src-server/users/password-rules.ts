import { AppError } from '../contract/errors.ts'

/**
 * What a new password may be: long enough to stand against guessing, and nothing that guessers try first (NIST SP 800-63B,
 * section 3.1.1.2). It is taken as it was typed; which kinds of characters it has is nobody's business.
 */
export interface PasswordContext {
  /** Characters. */
  readonly shortest: number
  /** Whose it is to be, and what that is called in the refusal: `{ ann: 'the user name' }`. */
  readonly known: Readonly<Record<string, string>>
}

/** More would only keep the machine busy. */
const mostBytes = 1024
const fewCharacters = 4

/** What is wrong with a password, as what follows on “The password”; undefined: nothing. */
export async function flawOf(password: string, { shortest, known }: PasswordContext): Promise<string | undefined> {
  const normal = password.normalize('NFKC')
  const folded = foldWord(normal)
  if (lengthOf(normal) < shortest) return `has fewer than ${shortest} characters`
  if (Buffer.byteLength(normal) > mostBytes) return `takes more than ${mostBytes.toLocaleString('en')} bytes`
  if (isFewOverAndOver(folded)) return 'is the same few characters over and over'
  const name = mostlyNames(folded, known)
  if (name !== undefined) return `is little more than ${name}`
  return (await isCommon(folded)) ? 'is one that everybody tries first' : undefined
}

/** Throws `invalid_input`, about the field `path`. */
export async function requireGood(password: string, path: string, context: PasswordContext): Promise<void> {
  const flaw = await flawOf(password, context)
  if (flaw === undefined) return
  const isShort = lengthOf(password.normalize('NFKC')) < context.shortest
  const message = isShort
    ? `A password has at least ${context.shortest} characters`
    : `This password ${flaw}. Choose another one`
  throw new AppError('invalid_input', message, { errors: [{ path, message }] })
}

/** White space around it is kept, and makes it no longer: the upstream program would not see it. */
const lengthOf = (normal: string) => [...normal.trim()].length

const foldWord = (text: string) => text.normalize('NFKC').toLowerCase()

function isFewOverAndOver(folded: string): boolean {
  const different = new Set(folded).size
  return folded.length > fewCharacters && different <= Math.min(fewCharacters, folded.length / 3)
}

/** What the longest name in it is, where without all of them less than half is left. Two letters are there by chance. */
function mostlyNames(folded: string, known: PasswordContext['known']): string | undefined {
  const words = Object.entries(known).map(([word, what]): [string, string] => [foldWord(word), what])
  // The longest first: one name may begin with another.
  const held = words
    .toSorted(([one], [other]) => other.length - one.length)
    .filter(([word]) => word.length > 2 && folded.includes(word))
  const rest = held.reduce((left, [word]) => left.replaceAll(word, ''), folded)
  return rest.length < folded.length / 2 ? held[0]?.[1] : undefined
}

/** Digits and signs that people put at either end to make a password another one. */
const trimmings = /^[\d\s!?.,*#$@_+-]{0,6}|[\d\s!?.,*#$@_+-]{0,6}$/g

/** As it stands, without its trimmings, or said more than once. */
async function isCommon(folded: string): Promise<boolean> {
  const bare = folded.replaceAll(trimmings, '')
  const [, unit = ''] = /^(.{3,}?)\1+$/.exec(folded) ?? []
  const words = [folded, bare, unit].filter(word => word !== '' && word.length <= longestCommon)
  if (words.length === 0) return false
  const list = await commonPasswords()
  return words.some(word => list.has(word))
}

/** No word of the list is longer. */
const longestCommon = 20

let list: Promise<ReadonlySet<string>> | undefined

/** Some fifty thousand, in lower case. They take a moment and a few megabytes, which only who needs them spends. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  list ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common']))
  return list
}
