import type { Audit } from '../audit/audit.ts'
import { AppError } from '../contract/errors.ts'
import { mayActAs, type Who } from '../policy.ts'
import type { UserStore } from './store.ts'

/**
 * An admin who acts as another user: from here on the request is that user's, and what it changes is theirs. That it was
 * the admin stays known, and is in the audit trail.
 */
export type Acting = ReturnType<typeof createActing>

interface ActingOptions {
  readonly store: Pick<UserStore, 'find'>
  readonly audit: Audit
}

/** Enough for every admin who is at it; the one that began first is told anew. */
const maxKnown = 1000

export function createActing({ store, audit }: ActingOptions) {
  /** Who has acted as whom since the start: each pair is told once, not with every look. */
  const begun = new Set<string>()

  async function tellOfBegin(who: Who): Promise<void> {
    const pair = JSON.stringify([who.sessionId ?? who.apiKey?.id ?? who.door, who.username])
    if (begun.has(pair)) return
    begun.add(pair)
    const [oldest] = begun
    if (begun.size > maxKnown && oldest !== undefined) begun.delete(oldest)
    await audit.record(who, 'act_as', { target: who.username })
  }

  return {
    /**
     * Whom a request counts for when `who` asks to act as `username`; `change` names what it wants to change, as
     * `DELETE /api/v1/links/x`. Throws `not_allowed`, and `not_found` for a user who is not there.
     */
    async as(who: Who, username: string, change?: string): Promise<Who> {
      if (!mayActAs(who, username)) throw new AppError('not_allowed', 'Only an admin can act as another user')
      if (username === who.username) return who
      const user = store.find(username)
      if (!user) throw new AppError('not_found', `There’s no user called ${username}`)
      const { displayName, isAdmin } = user
      const acting: Who = { ...who, username: user.username, displayName, isAdmin, actor: who.username }
      await tellOfBegin(acting)
      if (change !== undefined) await audit.record(acting, 'act_as_change', { target: change })
      return acting
    },
  }
}
