import { createHmac, hkdfSync } from 'node:crypto'

/**
 * Keys with one purpose each, all derived from the instance's one secret key (HKDF, RFC 5869): what leaks of one says
 * nothing of another.
 */
export interface SessionKeys {
  /** Session id → what is kept of it on the disk. */
  hashId(id: string): string
  /** Session id → the token that its changing requests carry. */
  csrfToken(id: string): string
  /** `t8_` and six hex digits of the instance: cookies are shared by all ports of a host. */
  readonly cookieName: string
}

/** Purpose → its key of so many bytes. */
export type DeriveKey = (purpose: string, bytes: number) => Buffer

export const keysOf =
  (secretKey: string): DeriveKey =>
  (purpose, bytes) =>
    Buffer.from(hkdfSync('sha256', secretKey, 'trunk8', purpose, bytes))

export function createSessionKeys(derive: DeriveKey): SessionKeys {
  const [idKey, csrfKey] = [derive('session id', 32), derive('csrf token', 32)]
  return {
    hashId: id => createHmac('sha256', idKey).update(id).digest('hex'),
    csrfToken: id => createHmac('sha256', csrfKey).update(id).digest('base64url'),
    cookieName: `t8_${derive('cookie name', 3).toString('hex')}`,
  }
}
