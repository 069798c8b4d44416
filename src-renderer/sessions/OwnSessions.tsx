/** Where one is signed in, under how one signs in. */
import { Part } from '../ui/Part.tsx'
import { SessionsOf } from './SessionsOf.tsx'

/** `actingAs`: the user as whom an admin looks at it. */
export function OwnSessions({ actingAs }: { readonly actingAs: string | null }) {
  return (
    <Part
      title="Where you are signed in"
      lead="Each browser that came in. If one is not yours, sign it out, and change your password."
    >
      <SessionsOf
        label="Where you are signed in"
        endAll={actingAs === null ? 'Sign out everywhere else' : 'Sign out everywhere'}
      >
        <p className="strong">In no browser now</p>
        <p className="muted sm">Here you are at home: the window of this computer needs no password.</p>
      </SessionsOf>
    </Part>
  )
}
