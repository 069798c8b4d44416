import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { NewCredential, SignedChallenge } from '../../src-server/contract/passkeys.ts'

/**
 * A device with one passkey (ES256), by hand (Web Authentication, section 6; CTAP2, section 6), for tests in which it says
 * what no browser would.
 */
export interface Authenticator {
  readonly id: string
  create(challenge: string, where: Where): NewCredential
  get(challenge: string, where: Where): SignedChallenge
}

/** What goes into the answer. Left out: what an honest browser and device say. */
export interface Where {
  readonly origin: string
  readonly rpId?: string
  readonly isVerified?: boolean
  readonly type?: string
  /** How often it was used; left out: once more than before. */
  readonly counter?: number
  readonly userHandle?: string
}

export function makeAuthenticator(): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(32)
  let used = 0

  const clientData = (type: string, challenge: string, { origin }: Where) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))

  function authenticatorData(
    { origin, rpId = new URL(origin).hostname, isVerified = true, counter }: Where,
    more?: Buffer,
  ) {
    used = counter ?? used + 1
    const flags = 0x01 | (isVerified ? 0x04 : 0) | (more ? 0x40 : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(used)
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count, more ?? Buffer.alloc(0)])
  }

  /** Attested credential data: no model, the id, the key as COSE has it. */
  function attested(): Buffer {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const cose = map([1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x, 'base64url')], [-3, Buffer.from(y, 'base64url')])
    return Buffer.concat([Buffer.alloc(16), length, id, cose])
  }

  const named = { id: text(id), rawId: text(id), type: 'public-key' } as const
  return {
    id: text(id),
    create(challenge, where) {
      const attestation = map(
        ['fmt', 'none'],
        ['attStmt', new Map<never, never>()],
        ['authData', authenticatorData(where, attested())],
      )
      const data = clientData(where.type ?? 'webauthn.create', challenge, where)
      return { ...named, response: { clientDataJSON: text(data), attestationObject: text(attestation) } }
    },
    get(challenge, where) {
      const data = clientData(where.type ?? 'webauthn.get', challenge, where)
      const authData = authenticatorData(where)
      const signature = sign('sha256', Buffer.concat([authData, sha256(data)]), privateKey)
      const response = { clientDataJSON: text(data), authenticatorData: text(authData), signature: text(signature) }
      return { ...named, response: { ...response, ...(where.userHandle && { userHandle: where.userHandle }) } }
    },
  }
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest()
const text = (bytes: Buffer) => bytes.toString('base64url')

type Cbor = number | string | Buffer | Map<never, never>

/** As much of CBOR (RFC 8949) as the above needs. */
const map = (...entries: readonly (readonly [Cbor, Cbor])[]): Buffer =>
  Buffer.concat([head(5, entries.length), ...entries.flat().map(encode)])

function encode(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Map) return head(5, 0)
  return Buffer.concat([head(2, value.length), value])
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length])
  return length < 256
    ? Buffer.from([(major << 5) | 24, length])
    : Buffer.from([(major << 5) | 25, length >> 8, length & 255])
}
