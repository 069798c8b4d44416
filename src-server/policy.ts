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
}

/** An admin sees and changes every link, others their own. What one may not see does not exist: 404, never 403. */
export const maySeeLink = (who: Who, owner: string): boolean => who.isAdmin || who.username === owner
