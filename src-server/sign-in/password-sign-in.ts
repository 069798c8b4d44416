import type { Context } from 'koa'
import { AppError } from '../contract/errors.ts'
import type { SignIn } from '../contract/sessions.ts'
import { clientOf } from '../http/client.ts'
import { setCookie } from '../http/cookies.ts'
import type { SecondSteps } from '../two-factor/second-steps.ts'
import type { Credentials } from '../users/credentials.ts'
import type { Users } from '../users/users.ts'
import type { PendingSignIn, PendingSignIns } from './pending.ts'
import type { SignIns } from './sign-ins.ts'

/**
 * Signing in by password, in one step or two. Both come to the same address, which tools outside watch; what they must not
 * take for a failure is answered otherwise than by 401 where the client can tell that it knows of second steps.
 */
export type PasswordSignIn = ReturnType<typeof createPasswordSignIn>

interface PasswordSignInOptions {
  readonly credentials: Pick<Credentials, 'signIn' | 'markOf'>
  readonly users: Pick<Users, 'find'>
  readonly secondSteps: Pick<SecondSteps, 'isOn' | 'check'>
  readonly pending: PendingSignIns
  readonly signIns: SignIns
  /** Of the cookie that ties the second step to the first. */
  readonly stepCookie: string
}

export interface SignedInBy {
  readonly username: string
  readonly csrfToken: string
  readonly next: string | undefined
}

export function createPasswordSignIn(options: PasswordSignInOptions) {
  const { credentials, users, secondSteps, pending, signIns, stepCookie } = options

  async function begin(ctx: Context, { username, isRemembered, mark, next }: Going): Promise<SignedInBy> {
    const { csrfToken } = await signIns.begin(ctx, username, { isRemembered, method: 'password', mark })
    return { username, csrfToken, next }
  }

  async function byPassword(ctx: Context, given: Given, asksSteps: boolean): Promise<SignedInBy | 'code'> {
    const { remember: isRemembered, password, otp, next } = given
    const typed = given.username === '' ? 'admin' : given.username
    const { user, mark } = await signIns.attempt(ctx, { kind: 'sign_in', username: typed }, () =>
      credentials.signIn(typed, password),
    )
    const { username } = user
    if (secondSteps.isOn(username)) {
      if (otp !== undefined) await checkCode(ctx, username, otp)
      else if (!asksSteps) throw new AppError('otp_required', 'Send the code of the authenticator app as well, as otp')
      else return wait(ctx, { username, isRemembered, mark, next })
    }
    return begin(ctx, { username, isRemembered, mark, next })
  }

  function wait(ctx: Context, going: Going): 'code' {
    const token = pending.begin({ ...going, address: clientOf(ctx).address })
    setCookie(ctx, stepCookie, token, stepRules)
    return 'code'
  }

  async function byCode(ctx: Context, otp: string): Promise<SignedInBy> {
    const token = ctx.cookies.get(stepCookie) ?? ''
    const signIn = pending.try(token, clientOf(ctx).address)
    if (!signIn || !isStillRight(signIn)) throw tooLate()
    await checkCode(ctx, signIn.username, otp)
    if (!pending.end(token)) throw tooLate()
    setCookie(ctx, stepCookie, null, stepRules)
    return begin(ctx, signIn)
  }

  const checkCode = (ctx: Context, username: string, otp: string) =>
    signIns.attempt(ctx, { kind: 'second_step', username }, () => secondSteps.check(username, otp))

  const isStillRight = ({ username, mark }: PendingSignIn): boolean =>
    users.find(username) !== undefined && credentials.markOf(username) === mark && secondSteps.isOn(username)

  /**
   * Whoever sends a password begins anew; a code alone is the second step. `asksSteps`: one may be asked for. → who came
   * in, or `code`. Throws `bad_credentials`, `otp_required`, `sign_in_required` for a second step that is over, and
   * `rate_limited`.
   */
  return (ctx: Context, given: Given, asksSteps: boolean): Promise<SignedInBy | 'code'> =>
    given.password === '' ? byCode(ctx, given.otp ?? '') : byPassword(ctx, given, asksSteps)
}

type Given = Omit<SignIn, 'steps'>
type Going = Pick<PendingSignIn, 'username' | 'isRemembered' | 'mark' | 'next'>

const tooLate = () => new AppError('sign_in_required', 'This took too long. Enter your password again')

/** It goes to the one address that has a use for it, and to no other site. */
const stepRules = { sameSite: 'strict', path: '/auth/login' } as const
