import type { Log } from '../log.ts'
import type { Who } from '../policy.ts'
import { appendDurably } from '../storage/durable.ts'

/**
 * Who did what to the instance or in another's name: one line of JSON for each act in logs/audit.jsonl, in the order in
 * which they were done. Callers say what was done, never a secret; who did it and from where is taken from `who`.
 */
export type Audit = ReturnType<typeof createAudit>

export type AuditAction =
  | 'act_as'
  | 'act_as_change'
  | 'api_key_in_address'
  | 'api_key_made'
  | 'api_key_removed'
  | 'ban'
  | 'certificate_changed'
  | 'identity_linked'
  | 'identity_unlinked'
  | 'passkey_added'
  | 'passkey_removed'
  | 'password_changed'
  | 'password_reset'
  | 'recovery_codes_made'
  | 'restore'
  | 'secret_key_rotated'
  | 'session_ended'
  | 'settings_changed'
  | 'sign_in'
  | 'sign_in_refused'
  | 'sign_out'
  | 'two_factor_off'
  | 'two_factor_on'
  | 'two_factor_reset'
  | 'unban'
  | 'user_changed'
  | 'user_created'
  | 'user_removed'

/** What was acted on, and whatever else tells what happened. */
export interface AuditDetails {
  readonly target?: string
  readonly [name: string]: unknown
}

interface AuditOptions {
  /** Path of audit.jsonl; its folder is there. */
  readonly path: string
  readonly log: Pick<Log, 'info' | 'error'>
  readonly now?: () => Date
}

export function createAudit({ path, log, now = () => new Date() }: AuditOptions) {
  let last: Promise<void> = Promise.resolve()

  return {
    /**
     * The line is on the disk when this resolves. It never rejects, since what it tells of is done or under way: a line
     * that cannot be written goes to the app's log as an error.
     */
    record(who: Who, action: AuditAction, details: AuditDetails = {}): Promise<void> {
      const entry = JSON.stringify({
        at: now().toISOString(),
        ...personOf(who),
        action,
        ...details,
        ...ofKey(who),
        from: who.from,
      })
      log.info(`ADMIN ACTION: ${action} - ${entry}`)
      last = last
        .then(() => appendDurably(path, entry))
        .catch(error => log.error(`The audit trail lacks a line: ${entry}`, error))
      return last
    },
  }
}

/** The id of the API key that stood for them. */
const ofKey = ({ apiKey }: Who) => apiKey && { byKey: apiKey.id }

/** `actor` is the person; `actingAs` the user in whose name they did it. */
const personOf = ({ username, actor }: Who) =>
  actor === undefined ? { actor: username } : { actor, actingAs: username }
