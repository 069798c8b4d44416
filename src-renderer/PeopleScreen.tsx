/** The people, and acting as one of them. */
import type { User } from '../src-server/contract/sessions.ts'
import { navigate } from './lib/location.ts'
import { PeoplePage } from './people/PeoplePage.tsx'
import { PersonSessions } from './sessions/PersonSessions.tsx'
import { useActAs } from './sign-in/queries.ts'
import { TopBar } from './TopBar.tsx'

export function PeopleScreen({ name, user }: { name: string | undefined; user: User }) {
  const act = useActAs(() => navigate('/'))
  return (
    <PeoplePage
      name={name}
      self={user.username}
      corner={<TopBar user={user} />}
      signInsOf={person => <PersonSessions person={person} />}
      onProfile={() => navigate('/settings/profile')}
      onActAs={({ username }) => act.mutate(username)}
    />
  )
}
