import { AppError } from '../contract/errors.ts'
import type { Log } from '../log.ts'
import { hashRecoveryCode, makeRecoveryCodes } from './recovery-codes.ts'
import type { SecondStep, TwoFactorStore } from './store.ts'
import { stepOf } from './totp.ts'
import { createTries } from './tries.ts'

/**
 * Who has a second step, and whether a code is theirs. A code counts once, also where the same one comes twice at the
 * same moment: what was taken is on the disk before anybody is let in by it.
 */
export type SecondSteps = ReturnType<typeof createSecondSteps>

export interface Sealing {
  seal(text: string): string
  /** Undefined: the key that sealed it is gone. */
  unseal(sealed: string): string | undefined
  isCurrent(sealed: string): boolean
}

interface SecondStepsOptions {
  readonly store: TwoFactorStore
  readonly sealing: Sealing
  readonly log: Log
  readonly now?: () => number
}

/** What a code was taken for. */
export type Taken = 'app' | 'recovery'

export function createSecondSteps({ store, sealing, log, now = Date.now }: SecondStepsOptions) {
  const tries = createTries()

  /** Throws `bad_credentials` for what is no code of theirs, and for one that has counted before. */
  async function take(username: string, typed: string): Promise<Taken> {
    let taken: Taken | undefined
    await store.change(username, current => {
      if (!current) throw new AppError('not_found', `${username} has no second step`)
      const changed = takeFrom(username, current, typed)
      if (!changed) throw new AppError('bad_credentials', 'That code is not right')
      taken = changed.recoveryCodes.length < current.recoveryCodes.length ? 'recovery' : 'app'
      return changed
    })
    return taken ?? 'app'
  }

  function takeFrom(username: string, current: SecondStep, typed: string): SecondStep | undefined {
    const hash = hashRecoveryCode(typed)
    if (hash !== undefined) {
      const recoveryCodes = current.recoveryCodes.filter(it => it !== hash)
      return recoveryCodes.length < current.recoveryCodes.length ? { ...current, recoveryCodes } : undefined
    }
    const secret = open(username, current)
    const step = secret === undefined ? undefined : stepOf(typed.replaceAll(' ', ''), secret, now())
    return step === undefined || step <= current.lastStep ? undefined : { ...current, lastStep: step }
  }

  function open(username: string, { sealedSecret }: SecondStep): string | undefined {
    const secret = sealedSecret === undefined ? undefined : sealing.unseal(sealedSecret)
    if (secret === undefined) {
      log.error(`The codes of ${username} cannot be checked: their secret in two-factor.toml cannot be read any more`)
    }
    return secret
  }

  return {
    isOn: (username: string): boolean => store.find(username) !== undefined,
    find: store.find,

    /**
     * Takes a code of the app or a recovery code. Throws `bad_credentials`, and `rate_limited` after many wrong ones. Only
     * for who is known to be this user by their password or session.
     */
    async check(username: string, typed: string): Promise<void> {
      tries.check(username)
      try {
        const taken = await take(username, typed)
        tries.forget(username)
        if (taken === 'recovery') log.info(`${username} used a recovery code`)
      } catch (error) {
        if (error instanceof AppError && error.code === 'bad_credentials') tries.failed(username)
        throw error
      }
    },

    /**
     * Makes this secret theirs, if `code` is one of it, which then has counted. → the recovery codes, told this once.
     * Throws `invalid_input`, about the field `code`, and `conflict` where they have one already.
     */
    async setUp(username: string, secret: string, code: string): Promise<string[]> {
      const lastStep = stepOf(code, secret, now())
      if (lastStep === undefined) {
        const message = 'That’s not what the app shows now. Check that the phone’s clock is right'
        throw new AppError('invalid_input', message, { errors: [{ path: 'code', message }] })
      }
      const codes = makeRecoveryCodes()
      const since = new Date(now()).toISOString()
      const sealedSecret = sealing.seal(secret)
      await store.change(username, current => {
        // Of two that come at once, one would be told codes that do not count.
        if (current) throw new AppError('conflict', 'It is set up already. Switch it off first')
        return { sealedSecret, since, lastStep, recoveryCodes: hashesOf(codes) }
      })
      tries.forget(username)
      return codes
    },

    /** New recovery codes in the place of the old ones. */
    async renewCodes(username: string): Promise<string[]> {
      const codes = makeRecoveryCodes()
      await store.change(username, current => current && { ...current, recoveryCodes: hashesOf(codes) })
      return codes
    },

    /** Takes their second step away, if they have one. */
    async forget(username: string): Promise<void> {
      tries.forget(username)
      if (store.find(username)) await store.change(username, () => undefined)
    },

    /** Seals with the present key what the one before it has sealed, so that this one may go. */
    async sealAnew(): Promise<void> {
      for (const username of store.names()) {
        await store.change(username, current => {
          const { sealedSecret } = current ?? {}
          if (!current || sealedSecret === undefined || sealing.isCurrent(sealedSecret)) return current
          const secret = sealing.unseal(sealedSecret)
          return secret === undefined ? current : { ...current, sealedSecret: sealing.seal(secret) }
        })
      }
    },

    close: store.close,
  }
}

const hashesOf = (codes: readonly string[]): string[] => codes.map(hashRecoveryCode).filter(it => it !== undefined)
