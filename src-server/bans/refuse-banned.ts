import type { Middleware } from 'koa'
import { AppError } from '../contract/errors.ts'
import { clientOf } from '../http/client.ts'
import { pageStyles } from '../http/pages.ts'
import { secondsInWords } from '../http/spans.ts'
import type { Bans, ShutOut } from './bans.ts'

/** Keeps the banned from everything, on connections that were open before too. */
export function refuseBanned(bans: Pick<Bans, 'of'>): Middleware {
  return async (ctx, next) => {
    const shutOut = stillOpen.includes(ctx.path) ? undefined : bans.of(clientOf(ctx))
    if (!shutOut) return next()
    throw new AppError('banned', wordsFor(shutOut), { retryAfter: shutOut.secondsLeft })
  }
}

/** Whoever watches over the process asks the one; the page that tells of the ban needs the other to look like one. */
const stillOpen: readonly string[] = ['/healthz', pageStyles]

function wordsFor({ why, secondsLeft }: ShutOut): string {
  const until = moment.format(Date.now() + secondsLeft * 1000)
  return `${reasonFor(why)} You can come back in ${secondsInWords(secondsLeft)} (${until} where Trunk8 runs)`
}

const reasonFor = (why: ShutOut['why']): string =>
  why === 'by_hand'
    ? 'An admin has shut out the address that you come from.'
    : 'Too many wrong passwords, codes or keys came from your address.'

const moment = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
