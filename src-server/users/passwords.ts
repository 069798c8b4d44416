import { createHash, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { type Algorithm, hash, verify } from '@node-rs/argon2'
import { AppError } from '../contract/errors.ts'

/**
 * Passwords: new hashes are argon2id; those that upstream made (PBKDF2, and bare SHA-256 in old files) are read as well.
 * Hashing is dear in memory, so few run at a time and a crowd is turned away.
 */
const limits = { running: 4, waiting: 32 }

/** The minimum that OWASP's password storage cheat sheet asks for: 19 MiB, two passes. */
const argon2id = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

const pbkdf2Form = /^pbkdf2\$(\d{1,9})\$([0-9a-f]{2,256})\$([0-9a-f]{16,256})$/i
const sha256Form = /^[0-9a-f]{64}$/i

/** A stored hash in no form that is known: the account cannot be signed in to. */
export class UnreadableHash extends Error {}

/** Throws `not_ready` when too many wait already. */
export const hashPassword = (password: string): Promise<string> =>
  inLine(() => hash(password.normalize('NFKC'), argon2id))

/** Throws `UnreadableHash`, and `not_ready` when too many wait already. */
export function verifyPassword(stored: string, password: string): Promise<boolean> {
  return inLine(async () => {
    if (stored.startsWith('$argon2')) return verifyArgon2(stored, password.normalize('NFKC'))
    const check = upstreamCheck(stored)
    if (!check) throw new UnreadableHash('The password hash has an unknown form')
    // Upstream hashes what was typed, but for white space around it.
    const spellings = new Set([password.trim(), password.normalize('NFKC')])
    for (const spelling of spellings) if (await check(spelling)) return true
    return false
  })
}

/** Whether a hash is too weak to keep once the password is known: bare SHA-256, or few rounds of PBKDF2. */
export function isWeakHash(stored: string): boolean {
  const rounds = pbkdf2Form.exec(stored)?.[1]
  return sha256Form.test(stored) || (rounds !== undefined && Number(rounds) < 600_000)
}

/** What a check of this hash costs in time. */
export function costOf(stored: string): 'argon2' | 'pbkdf2' | 'nothing' {
  if (stored.startsWith('$argon2')) return 'argon2'
  return pbkdf2Form.test(stored) && !isWeakHash(stored) ? 'pbkdf2' : 'nothing'
}

async function verifyArgon2(stored: string, password: string): Promise<boolean> {
  try {
    return await verify(stored, password)
  } catch (error) {
    throw new UnreadableHash('The password hash is damaged', { cause: error })
  }
}

function upstreamCheck(stored: string): ((password: string) => Promise<boolean>) | undefined {
  const [, rounds, salt, key] = pbkdf2Form.exec(stored) ?? []
  if (rounds && salt && key) {
    const wanted = Buffer.from(key, 'hex')
    return async password => {
      const made = await promisify(pbkdf2)(password, Buffer.from(salt, 'hex'), Number(rounds), wanted.length, 'sha256')
      return timingSafeEqual(made, wanted)
    }
  }
  if (!sha256Form.test(stored)) return undefined
  return async password => timingSafeEqual(createHash('sha256').update(password).digest(), Buffer.from(stored, 'hex'))
}

let running = 0
const waiting: (() => void)[] = []

async function inLine<T>(task: () => Promise<T>): Promise<T> {
  if (running >= limits.running) {
    if (waiting.length >= limits.waiting) {
      throw new AppError('not_ready', 'Too many people are signing in at once. Try again in a moment')
    }
    await new Promise<void>(resolve => waiting.push(resolve))
  } else running += 1
  try {
    return await task()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}
