import { createHash, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import * as argon2 from '@node-rs/argon2'
import * as bcrypt from '@node-rs/bcrypt'
import { AppError } from '../contract/errors.ts'
import { argon2Work, bcryptCost, type HashForm, pbkdf2Rounds, readHash } from './stored-hash.ts'

/**
 * Making and checking hashes of passwords, in every form that a folder may hold: argon2, bcrypt, PBKDF2 as upstream
 * writes it, and the bare SHA-256 of old files. Hashing is dear in memory, so few run at a time and a crowd is turned away.
 */
/** What new hashes are made as. */
export type NewHashForm = 'argon2id' | 'bcrypt' | 'pbkdf2'

/** A stored hash in no form that is known: the account cannot be signed in to. */
export class UnreadableHash extends Error {}

const limits = { running: 4, waiting: 32 }

const argon2id = { algorithm: 2 satisfies argon2.Algorithm.Argon2id, ...argon2Work }

/**
 * A password → its hash. Throws `invalid_input` for one that bcrypt would cut off, and `not_ready` when too many wait
 * already.
 */
export function hashPassword(password: string, form: NewHashForm): Promise<string> {
  return inLine(async () => {
    switch (form) {
      case 'argon2id':
        return argon2.hash(password.normalize('NFKC'), argon2id)
      case 'bcrypt':
        if (!fitsBcrypt(password)) throw tooLongForBcrypt()
        return bcrypt.hash(password.normalize('NFKC'), { cost: bcryptCost })
      case 'pbkdf2':
        return hashAsUpstream(password)
    }
  })
}

/** Throws `UnreadableHash`, and `not_ready` when too many wait already. */
export function verifyPassword(stored: string, password: string): Promise<boolean> {
  return inLine(async () => {
    const hash = readHash(stored)
    if (!hash) throw new UnreadableHash('The password hash has an unknown form')
    for (const spelling of spellings(hash.form, password)) if (await isHashOf(stored, hash.form, spelling)) return true
    return false
  })
}

/** Whether this is the password; a hash in no form that is known is nobody's. Throws `not_ready`. */
export async function matchesPassword(stored: string, password: string): Promise<boolean> {
  try {
    return await verifyPassword(stored, password)
  } catch (error) {
    if (error instanceof UnreadableHash) return false
    throw error
  }
}

/** Upstream hashes what was typed, but for white space around it; others may not know of Unicode's forms. */
function spellings(form: HashForm, password: string): ReadonlySet<string> {
  const normal = password.normalize('NFKC')
  const trimmed = password.trim()
  return form === 'pbkdf2' || form === 'sha256'
    ? new Set([trimmed, trimmed.normalize('NFC'), normal])
    : new Set([normal, password])
}

async function isHashOf(stored: string, form: HashForm, password: string): Promise<boolean> {
  switch (form) {
    case 'argon2':
      return argon2.verify(stored, password).catch(cause => {
        throw new UnreadableHash('The password hash is damaged', { cause })
      })
    case 'bcrypt':
      return (await bcrypt.verify(password, stored)) && fitsBcrypt(password)
    case 'pbkdf2': {
      const [, rounds, salt = '', key = ''] = stored.split('$')
      const wanted = Buffer.from(key, 'hex')
      return timingSafeEqual(await derive(password, Buffer.from(salt, 'hex'), Number(rounds), wanted.length), wanted)
    }
    case 'sha256':
      return timingSafeEqual(createHash('sha256').update(password).digest(), Buffer.from(stored, 'hex'))
  }
}

async function hashAsUpstream(password: string): Promise<string> {
  const salt = randomBytes(32)
  const key = await derive(password.trim().normalize('NFC'), salt, pbkdf2Rounds, 32)
  return `pbkdf2$${pbkdf2Rounds}$${salt.toString('hex')}$${key.toString('hex')}`
}

const derive = (password: string, salt: Buffer, rounds: number, length: number): Promise<Buffer> =>
  promisify(pbkdf2)(password, salt, rounds, length, 'sha256')

/** bcrypt leaves out what is beyond 72 bytes: two passwords that begin alike would be the same. */
const fitsBcrypt = (password: string): boolean => Buffer.byteLength(password.normalize('NFKC')) <= 72

const tooLongForBcrypt = () =>
  new AppError('invalid_input', 'This password is too long for bcrypt, which takes 72 bytes. Choose a shorter one')

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
