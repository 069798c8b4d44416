import type { EventHub } from '../events/hub.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { UserStore } from './store.ts'

interface FollowRolesOptions {
  readonly store: UserStore
  readonly sessions: Pick<Sessions, 'endOf'>
  readonly events: EventHub
  readonly report: (message: string) => void
}

/**
 * Whoever is gone from users.toml or has another role there, by whatever hand, is signed out, so that nothing goes on
 * with rights that they no longer have. Everybody hears that users have changed.
 */
export function followRoles({ store, sessions, events, report }: FollowRolesOptions): void {
  const rolesNow = () => new Map(store.names().map(name => [name, store.find(name)?.isAdmin]))
  let roles = rolesNow()
  store.file.onChange(() => {
    const before = roles
    roles = rolesNow()
    for (const [name, role] of before) {
      if (roles.get(name) === role) continue
      sessions.endOf(name).catch(error => report(`The sessions of ${name} could not be ended: ${error}`))
    }
    events.publish('users', {})
  })
}
