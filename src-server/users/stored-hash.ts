import { randomBytes } from 'node:crypto'

/**
 * A password's hash as it stands in a file: what it is, what a check of it costs, and whether it is good enough to keep.
 */
export type HashForm = 'argon2' | 'bcrypt' | 'pbkdf2' | 'sha256'

/** A stored hash, and the work that one check of it takes: memory × passes of argon2, rounds of PBKDF2, the exponent of bcrypt. */
export interface StoredHash {
  readonly form: HashForm
  readonly cost: number
}

/** The minimum that OWASP's password storage cheat sheet asks for: 19 MiB, two passes. */
export const argon2Work = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** What upstream uses; fewer are too weak to keep. */
export const pbkdf2Rounds = 600_000
export const bcryptCost = 12

/** The least work of all the settings that the cheat sheet counts as equal. */
const leastArgon2Work = 7168 * 5

const forms: readonly (readonly [HashForm, RegExp])[] = [
  [
    'argon2',
    /^\$argon2(?:id|i|d)\$(?:v=\d+\$)?m=(\d{1,7}),t=(\d{1,3}),p=\d{1,2}\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{16,}$/,
  ],
  ['bcrypt', /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/],
  ['pbkdf2', /^pbkdf2\$(\d{1,8})\$[0-9a-f]{2,256}\$[0-9a-f]{16,256}$/i],
  ['sha256', /^[0-9a-f]{64}$/i],
]

/** More than this would keep the machine busy for seconds with each sign-in. */
const highestCost: Readonly<Record<HashForm, number>> = { argon2: 2 ** 22, bcrypt: 16, pbkdf2: 20_000_000, sha256: 0 }

/** What a hash is; undefined for what is none, such as a password that somebody wrote down as it is. */
export function readHash(stored: string): StoredHash | undefined {
  for (const [form, pattern] of forms) {
    const match = pattern.exec(stored)
    const [, first = '0', factor = '1'] = match ?? []
    const cost = Number(first) * Number(factor)
    if (match) return cost <= highestCost[form] && !(form === 'pbkdf2' && cost === 0) ? { form, cost } : undefined
  }
  return undefined
}

/**
 * Whether a hash is too weak to keep once the password is known: of a form that is out of date, or made with less work
 * than ours. PBKDF2 as upstream makes it stays, so that upstream still signs its own users in.
 */
export function isWeakHash(stored: string): boolean {
  const { form, cost } = readHash(stored) ?? {}
  if (form === undefined || cost === undefined) return false
  switch (form) {
    case 'argon2':
      return !stored.startsWith('$argon2id$') || cost < leastArgon2Work
    case 'bcrypt':
      return cost < bcryptCost
    case 'pbkdf2':
      return cost < pbkdf2Rounds
    case 'sha256':
      return true
  }
}

/** A hash of nobody's password whose check takes as long as that of another. */
export function decoyOf({ form, cost }: StoredHash): string {
  const hex = () => randomBytes(32).toString('hex')
  switch (form) {
    case 'argon2': {
      const { timeCost, parallelism } = argon2Work
      const work = `m=${Math.ceil(cost / timeCost)},t=${timeCost},p=${parallelism}`
      return `$argon2id$v=19$${work}$${base64(16)}$${base64(32)}`
    }
    case 'bcrypt':
      return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(22)}${base64(23).replaceAll('+', '.').slice(0, 30)}.`
    case 'pbkdf2':
      return `pbkdf2$${cost}$${hex()}$${hex()}`
    case 'sha256':
      return hex()
  }
}

const base64 = (bytes: number) => randomBytes(bytes).toString('base64').replaceAll('=', '')
