import { randomInt } from 'node:crypto'

/** Letters and digits that nobody takes for one another. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A password that can be read out and typed: five groups of four, 99 bits from the system's own source. */
export function generatePassword(): string {
  const letter = () => alphabet.charAt(randomInt(alphabet.length))
  const group = () => Array.from({ length: 4 }, letter).join('')
  return Array.from({ length: 5 }, group).join('-')
}
