import { createHmac } from 'node:crypto'
import type { DeriveKey } from '../secret-key/derive.ts'

/** What a session's id stands for, as far as the instance's secret key has a say in it. */
export interface SessionKeys {
  /** Session id → what is kept of it on the disk. */
  hashId(id: string): string
  /** Session id → the token that its changing requests carry. */
  csrfToken(id: string): string
  /** `t8_` and six hex digits of the instance: cookies are shared by all ports of a host. */
  readonly cookieName: string
}

/** Every answer is by the key of that moment. */
export const createSessionKeys = (derive: DeriveKey): SessionKeys => ({
  hashId: id => createHmac('sha256', derive('session id', 32)).update(id).digest('hex'),
  csrfToken: id => createHmac('sha256', derive('csrf token', 32)).update(id).digest('base64url'),
  get cookieName() {
    return `t8_${derive('cookie name', 3).toString('hex')}`
  },
})
