/**
 * As whom an admin acts in this tab, by user name; `''`: as oneself. A reload keeps it, another tab knows nothing of it.
 * Callers may rely on every request that begins after `actAs` being made for that user.
 */
import { actAsHeader } from '../../src-server/contract/sessions.ts'

const place = 'trunk8.acts-as'

let name = sessionStorage.getItem(place) ?? ''

export const actingAs = (): string => name

export function actAs(username: string): void {
  name = username
  if (username === '') sessionStorage.removeItem(place)
  else sessionStorage.setItem(place, username)
}

/** What a request carries that is made for this user. */
export const actingHeaders = (username: string): Record<string, string> =>
  username === '' ? {} : { [actAsHeader]: encodeURIComponent(username) }
