import type { Context } from 'koa'
import { AppError, type ErrorCode } from '../contract/errors.ts'
import { clientOf } from '../http/client.ts'
import type { Failure, Failures } from '../sign-in/failures.ts'
import type { Limits } from './limits.ts'

/** For whatever can be guessed besides a sign-in: slowed down as one, and told to whoever counts failures. */
export type Guesses = ReturnType<typeof createGuesses>

interface GuessesOptions {
  readonly limits: Pick<Limits, 'guess'>
  readonly failures: Pick<Failures, 'report'>
}

type About = Omit<Failure, 'client'>

export function createGuesses({ limits, failures }: GuessesOptions) {
  /** Whether the guess is right. Throws `rate_limited` before it is looked at, and whatever `isRight` throws. */
  async function guess(ctx: Context, about: About, isRight: () => Promise<boolean>): Promise<boolean> {
    const client = clientOf(ctx)
    const wasRight = await limits.guess(client, isRight)
    if (!wasRight) failures.report({ client, ...about })
    return wasRight
  }

  return {
    guess,

    /** Does what needs a password or a code: a guess was wrong where `work` throws one of `wrong`, which is thrown on. */
    async attempt<T>(
      ctx: Context,
      about: About,
      work: () => Promise<T>,
      wrong: readonly ErrorCode[] = ['wrong_password'],
    ): Promise<T> {
      let answer = (): T => {
        throw new Error('The guess was not looked at')
      }
      await guess(ctx, about, async () => {
        try {
          const made = await work()
          answer = () => made
          return true
        } catch (error) {
          if (!(error instanceof AppError) || !wrong.includes(error.code)) throw error
          answer = () => {
            throw error
          }
          return false
        }
      })
      return answer()
    },
  }
}
