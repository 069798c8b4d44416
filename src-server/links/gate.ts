import type { Context } from 'koa'
import { AppError } from '../contract/errors.ts'
import type { EventHub } from '../events/hub.ts'
import { whoOf } from '../http/doors.ts'
import type { Guesses } from '../limits/guesses.ts'
import { mayByKey, maySeeLink } from '../policy.ts'
import type { Grants } from './grants.ts'
import type { Entry } from './shelf.ts'
import type { Visits } from './visits.ts'

/**
 * What stands before a link that has a password, or opens only so many times. What merely looks, such as the preview of a
 * chat, never counts: an opening is the click on the link's own page, or a program that brings the password along.
 */
export type Gate = ReturnType<typeof createGate>

export interface GateOptions {
  readonly visits: Visits
  readonly grants: Grants
  readonly passwords: {
    /** Throws `not_ready` in a crowd. */
    matches(stored: string, password: string): Promise<boolean>
  }
  /** Counts and slows down whoever guesses. */
  readonly guesses: Pick<Guesses, 'guess'>
  readonly events: EventHub
}

/** `visit`: it is served and counts as usual. `pass`: it is served, and has been counted or never is. `ask`: by a page. */
export type Passage = 'visit' | 'pass' | 'ask'

export function createGate({ visits, grants, passwords, guesses, events }: GateOptions) {
  /** Openings that are left; undefined: any number. */
  function left({ code, record: { maxVisits } }: Entry): number | undefined {
    return maxVisits === undefined ? undefined : Math.max(0, maxVisits - visits.of(code).count)
  }

  /** Checks and counts without a pause, so that of two who come at once only one gets the last. Throws `not_found`. */
  async function count(entry: Entry): Promise<void> {
    if (left(entry) === 0) throw usedUp(entry)
    await visits.recordSafely(entry.code)
    // Whoever limits a link may be watching how many are left.
    const { code, owner, record } = entry
    if (record.maxVisits !== undefined) events.publish('links', { action: 'updated', code, owner }, owner)
  }

  /** Nothing is no guess. */
  const isRight = async (ctx: Context, { row }: Entry, password: string): Promise<boolean> =>
    password !== '' &&
    guesses.guess(ctx, { kind: 'link_password' }, () => passwords.matches(String(row.password_hash), password))

  const mayPass = (ctx: Context, entry: Entry): boolean => {
    const who = whoOf(ctx)
    return (who && mayByKey(who, 'links:read') && maySeeLink(who, entry.owner)) || grants.opens(ctx, entry)
  }

  return {
    isGated: ({ record }: Entry): boolean => record.isProtected || record.maxVisits !== undefined,
    left,

    /**
     * How a request goes on. `isVisit`: it asks for what the link leads to. Whoever may change a link gets it as it is.
     * Throws `not_found` for a link that is used up, `password_required` where a program brings a wrong password, and
     * `rate_limited` where it brought too many.
     */
    async enter(ctx: Context, entry: Entry, { isVisit }: { readonly isVisit: boolean }): Promise<Passage> {
      const { isProtected, maxVisits } = entry.record
      if (!isProtected && maxVisits === undefined) return 'visit'
      if (mayPass(ctx, entry)) return 'pass'
      if (left(entry) === 0) throw usedUp(entry)
      const password = isProtected ? basicPassword(ctx.get('Authorization')) : undefined
      if (password === undefined) return 'ask'
      if (!(await isRight(ctx, entry, password))) throw wrongPassword(entry)
      if (maxVisits === undefined) return 'visit'
      if (isVisit && ctx.method === 'GET') await count(entry)
      return 'pass'
    },

    /** Counts an opening where the password is right → whether it is. Throws `not_found` for a link that is used up. */
    async open(ctx: Context, entry: Entry, password = ''): Promise<boolean> {
      if (entry.record.isProtected && !(await isRight(ctx, entry, password))) return false
      await count(entry)
      return true
    },

    cookiesFor: grants.cookiesFor,
  }
}

/** Of HTTP's own way to send one (RFC 7617), whatever the user is called; undefined: there is none. */
function basicPassword(header: string): string | undefined {
  const [, credentials] = /^Basic +([\w+/=-]+) *$/i.exec(header) ?? []
  if (credentials === undefined) return undefined
  const text = Buffer.from(credentials, 'base64').toString()
  return text.slice(text.indexOf(':') + 1)
}

/** The same as for a code that nobody has. */
const usedUp = ({ code }: Entry) => new AppError('not_found', `There’s no link called ${code}`)

export const passwordRequired = ({ code }: Entry) =>
  new AppError('password_required', `/${code} asks for a password. Send it as Authorization: Basic`)

export const wrongPassword = ({ code }: Entry) =>
  new AppError('password_required', `That’s not the password of /${code}`)
