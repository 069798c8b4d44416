import { hkdfSync } from 'node:crypto'

/** Purpose → its key of so many bytes. */
export type DeriveKey = (purpose: string, bytes: number) => Buffer

/**
 * Keys with one purpose each, all derived from the instance's one secret key (HKDF, RFC 5869): what leaks of one says
 * nothing of another.
 */
export function keysOf(secretKey: string): DeriveKey {
  const known = new Map<string, Buffer>()
  return (purpose, bytes) => {
    const name = `${bytes} ${purpose}`
    const key = known.get(name) ?? Buffer.from(hkdfSync('sha256', secretKey, 'trunk8', purpose, bytes))
    known.set(name, key)
    return key
  }
}
