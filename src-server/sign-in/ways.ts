import type { UserDetails } from '../contract/users.ts'

/** What people sign in with besides their password, whichever feature keeps it: how much there is, and taking it away. */
export type SignInWays = ReturnType<typeof createSignInWays>

interface SignInWaysOptions {
  readonly secondSteps: { isOn(username: string): boolean; forget(username: string): Promise<void> }
  readonly passkeys: { of(username: string): readonly unknown[]; removeOf(username: string): Promise<void> }
}

export type SignInFacts = Pick<UserDetails, 'twoFactor' | 'passkeys'>

export function createSignInWays({ secondSteps, passkeys }: SignInWaysOptions) {
  return {
    waysOf: (username: string): SignInFacts => ({
      twoFactor: secondSteps.isOn(username),
      passkeys: passkeys.of(username).length,
    }),

    /** From here on they have their password alone. */
    async forget(username: string): Promise<void> {
      await Promise.all([secondSteps.forget(username), passkeys.removeOf(username)])
    },
  }
}
