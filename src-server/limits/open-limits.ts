import type { Settings } from '../settings/settings.ts'
import type { Failures } from '../sign-in/failures.ts'
import { type AccountPace, createAccountPace } from './account-pace.ts'
import { createGuesses, type Guesses } from './guesses.ts'
import { createLimits, type Limits } from './limits.ts'

interface OpenLimitsOptions {
  readonly settings: () => Settings['rateLimit']
  readonly failures: Failures
}

interface OpenLimits {
  readonly limits: Limits
  readonly pace: AccountPace
  readonly guesses: Guesses
}

/** Wires what slows down: requests by where they come from, guesses by what they are at. */
export function openLimits({ settings, failures }: OpenLimitsOptions): OpenLimits {
  const limits = createLimits({ settings })
  return {
    limits,
    pace: createAccountPace({ failures, isOn: () => limits.isOn }),
    guesses: createGuesses({ limits, failures }),
  }
}
