import type { EventHub } from '../events/hub.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { UserRecord, UserStore } from './store.ts'

interface FollowRolesOptions {
  readonly store: UserStore
  readonly sessions: Pick<Sessions, 'endOf' | 'keepOf'>
  readonly events: EventHub
  readonly report: (message: string) => void
}

/**
 * Whoever is gone from users.toml, has another role there by whatever hand, or another password by another hand than
 * ours, is signed out, so that nothing goes on with rights that they no longer have. Everybody hears that users have
 * changed.
 */
export function followRoles({ store, sessions, events, report }: FollowRolesOptions): void {
  const usersNow = () => new Map(store.names().map(name => [name, store.find(name)]))
  let users = usersNow()

  /** Where the password was changed here, the session in which it was goes on. */
  const staysIn = (before: UserRecord | undefined, now: UserRecord | undefined): boolean =>
    before?.isAdmin === now?.isAdmin &&
    (before?.passwordHash === now?.passwordHash || (now !== undefined && store.wroteHashOf(now)))

  function follow(name: string, before: UserRecord | undefined, now: UserRecord | undefined): void {
    if (!staysIn(before, now)) {
      sessions.endOf(name).catch(error => report(`The sessions of ${name} could not be ended: ${error}`))
    } else if (before?.passwordHash !== now?.passwordHash) {
      sessions.keepOf(name).catch(error => report(`The sessions of ${name} end with this run: ${error}`))
    }
  }

  store.file.onChange(() => {
    const before = users
    users = usersNow()
    for (const [name, user] of before) follow(name, user, users.get(name))
    events.publish('users', {})
  })
}
