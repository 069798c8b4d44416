import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { DeriveKey } from './derive.ts'

/**
 * Secrets that have to be read again, as those of an authenticator app, are written down sealed (AES-256-GCM, NIST SP
 * 800-38D): without the instance's secret key a file that holds them is worth nothing.
 */
export interface Sealing {
  /** A text → one line of plain ASCII. The same text never gives the same line twice. */
  seal(plaintext: string): string
  /** Undefined: it was sealed by a key that is gone, or is damaged. */
  unseal(sealed: string): string | undefined
  /** Whether the present key sealed it: what the one before did is to be sealed anew before that one goes. */
  isCurrent(sealed: string): boolean
}

const [nonceLength, tagLength] = [12, 16]

/** `keys`: the present key first, then those that only read. Asked anew each time. */
export function createSealing(keys: () => readonly [DeriveKey, ...DeriveKey[]]): Sealing {
  return {
    seal(plaintext) {
      const [derive] = keys()
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv('aes-256-gcm', derive('seal', 32), nonce)
      const bytes = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${idOf(derive)}.${bytes.toString('base64url')}`
    },

    unseal(sealed) {
      const { id, bytes } = parse(sealed) ?? {}
      const derive = keys().find(it => idOf(it) === id)
      return derive && bytes && open(bytes, derive)
    },

    isCurrent: sealed => parse(sealed)?.id === idOf(keys()[0]),
  }
}

/** Tells keys apart without telling anything of them. */
const idOf = (derive: DeriveKey): string => derive('seal id', 4).toString('hex')

function parse(sealed: string): { id: string; bytes: Buffer } | undefined {
  const [, id, text] = /^([0-9a-f]{8})\.([\w-]+)$/.exec(sealed) ?? []
  return id === undefined || text === undefined ? undefined : { id, bytes: Buffer.from(text, 'base64url') }
}

function open(bytes: Buffer, derive: DeriveKey): string | undefined {
  if (bytes.length < nonceLength + tagLength) return undefined
  const decipher = createDecipheriv('aes-256-gcm', derive('seal', 32), bytes.subarray(0, nonceLength), {
    authTagLength: tagLength,
  })
  decipher.setAuthTag(bytes.subarray(-tagLength))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
