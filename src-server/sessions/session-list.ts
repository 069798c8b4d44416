import type { Audit } from '../audit/audit.ts'
import { AppError } from '../contract/errors.ts'
import type { SessionDetails } from '../contract/session-list.ts'
import type { Who } from '../policy.ts'
import type { Sessions } from './sessions.ts'
import type { SessionRecord } from './store.ts'

/** Where people are signed in, for themselves and for admins, who can end it. Every end is in the audit trail. */
export type SessionLists = ReturnType<typeof createSessionLists>

interface SessionListsOptions {
  readonly sessions: Pick<Sessions, 'listOf' | 'end' | 'endOf'>
  readonly findUser: (username: string) => unknown
  readonly audit: Audit
}

export function createSessionLists({ sessions, findUser, audit }: SessionListsOptions) {
  function check(username: string): void {
    if (!findUser(username)) throw new AppError('not_found', `There’s no user called ${username}`)
  }

  return {
    /** Throws `not_found` for a user who is not there, as all of these. */
    of(who: Who, username: string): SessionDetails[] {
      check(username)
      return sessions.listOf(username).map(session => describe(session, who))
    },

    /** Throws `not_found` for what is no session of this user, too. */
    async end(who: Who, username: string, id: string): Promise<void> {
      check(username)
      const session = sessions.listOf(username).find(({ hash }) => hash === id)
      if (!session) throw new AppError('not_found', 'This session is over already')
      await sessions.end([session.hash])
      const { agent, address } = session
      await audit.record(who, 'session_ended', { target: username, agent, address })
    },

    /** All of theirs but the caller's own. */
    async endAll(who: Who, username: string): Promise<void> {
      check(username)
      const count = sessions.listOf(username).filter(({ hash }) => hash !== who.sessionId).length
      await sessions.endOf(username, { except: who.sessionId })
      if (count > 0) await audit.record(who, 'session_ended', { target: username, count })
    },
  }
}

const describe = (
  { hash, agent, address, method, createdAt, lastSeenAt }: SessionRecord,
  { sessionId }: Who,
): SessionDetails => ({
  ...{ id: hash, isCurrent: hash === sessionId, agent, address, method },
  createdAt: new Date(createdAt).toISOString(),
  lastSeenAt: new Date(lastSeenAt).toISOString(),
})
