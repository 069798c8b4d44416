/** A session in words. */
import type { SessionDetails } from '../../src-server/contract/session-list.ts'
import { formatPast } from '../lib/format.ts'
import type { IconName } from '../ui/icons.ts'

const methods: Readonly<Record<SessionDetails['method'], string>> = {
  password: 'with a password',
  passkey: 'with a passkey',
  oidc: 'by single sign-on',
  saml: 'by single sign-on',
}

/** `Signed in 2 min ago with a password`. */
export const beginningOf = ({ createdAt, method }: SessionDetails, now: number): string =>
  `Signed in ${formatPast(createdAt, now)} ${methods[method]}`

export const iconOf = ({ agent }: SessionDetails): IconName =>
  /iPhone|iPad|Android/.test(agent) ? 'phone' : / on /.test(agent) ? 'laptop' : 'code-slash'
