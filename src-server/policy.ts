import type { KeyScope, Scope } from './contract/route.ts'

/**
 * Who a request comes from, and what they may do: every permission of the product, as pure functions on one page.
 */

/** The door a request came through: the network, the desktop window, or the desktop's main process. */
export type Door = 'lan' | 'window' | 'desktop'

export interface Who {
  readonly username: string
  readonly displayName: string
  readonly isAdmin: boolean
  readonly door: Door
  /** Id of the session that a cookie named; absent on the owner door. */
  readonly sessionId?: string
  /** The admin who acts as this user. */
  readonly actor?: string
  /** The API key that stands for the user; then there is no session, and its scopes say what it opens. */
  readonly apiKey?: { readonly id: string; readonly name: string; readonly scopes: readonly Scope[] }
  /** The instance asks for a second step that this user has not set up: until then nothing else is open to them. */
  readonly mustEnrol?: boolean
  /** The other end's address, or `the desktop`: for logs. */
  readonly from?: string
}

/** Whoever has not said who they are. */
export const nobody: Who = { username: '', displayName: '', isAdmin: false, door: 'lan' }

/** What takes no API key is no business of keys; `admin` opens whatever a key may open at all. */
export const mayByKey = ({ apiKey }: Who, scope: KeyScope): boolean =>
  !apiKey ||
  scope === 'any' ||
  (scope !== 'never' && (apiKey.scopes.includes(scope) || apiKey.scopes.includes('admin')))

/** An admin may act as anybody; everybody is themselves. */
export const mayActAs = (who: Who, username: string): boolean => who.isAdmin || who.username === username

/** Oneself, also in another's name: nobody removes or demotes themselves, or gets round their own password. */
export const isSelf = (who: Who, username: string): boolean => who.username === username || who.actor === username

/** An admin sees and changes every link, others their own. What one may not see does not exist: 404, never 403. */
export const maySeeLink = (who: Who, owner: string): boolean => who.isAdmin || who.username === owner

/** An admin may make links for others, everybody for themselves. */
export const mayMakeLinkFor = (who: Who, owner: string): boolean => who.isAdmin || who.username === owner

/** How somebody signs in is for them alone to change. Why this is not them, as a sentence; undefined: it is. */
export function whyNotTheirs({ actor, displayName, apiKey }: Who): string | undefined {
  if (actor !== undefined) return `You act as ${displayName}: how they sign in is for them to change`
  return apiKey && 'An API key cannot change how its owner signs in'
}

/** The second step that the instance asks of people: nobody, admins or everybody has to have one. */
export const mustHaveSecondStep = (asked: 'off' | 'admins' | 'all', user: Pick<Who, 'isAdmin'>): boolean =>
  asked === 'all' || (asked === 'admins' && user.isAdmin)
