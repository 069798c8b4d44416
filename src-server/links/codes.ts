import { randomInt } from 'node:crypto'

/** Codes that are read aloud and typed on phones: no 0 O o, no 1 l I. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz'
const length = 8

/** A code that nobody can guess, for which `isTaken` says no. */
export function generateCode(isTaken: (code: string) => boolean): string {
  for (;;) {
    const code = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
    if (!isTaken(code)) return code
  }
}
