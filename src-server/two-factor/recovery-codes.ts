import { createHash, randomBytes } from 'node:crypto'

/**
 * Codes for who has lost their phone: 80 random bits each, so that a plain hash keeps them, as nobody can try them all.
 */
const howMany = 10
/** Crockford’s base 32: no letter that looks like a digit. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const length = 16

/** Ten new ones, as `7kq2-m0xd-9r4c-vw3e`. */
export const makeRecoveryCodes = (): string[] => Array.from({ length: howMany }, makeOne)

/** 256 is a multiple of 32, so each letter is as likely as any other. */
function makeOne(): string {
  const letters = [...randomBytes(length)].map(byte => alphabet[byte % alphabet.length]).join('')
  return letters.replace(/.{4}(?=.)/g, '$&-')
}

/** What is kept of a code, however it was typed; undefined: this is none. */
export function hashRecoveryCode(typed: string): string | undefined {
  const plain = typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
  if (plain.length !== length || [...plain].some(letter => !alphabet.includes(letter))) return undefined
  return createHash('sha256').update(`recovery code ${plain}`).digest('hex')
}
