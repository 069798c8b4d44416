import { hashPassword } from '../../src-server/users/passwords.ts'

/**
 * As many as the one line for passwords holds, 4 at work and 32 waiting, each of whom comes back until they are sent home:
 * the line is the whole process's, and a test's server runs in the test's own. `sendHome` resolves when it is empty → how
 * many there were.
 */
export function crowdAtTheLine(): { readonly sendHome: () => Promise<number> } {
  let isHere = true
  const all = Array.from({ length: 36 }, async () => {
    while (isHere) await hashPassword('one of a crowd', 'bcrypt')
  })
  return {
    async sendHome() {
      isHere = false
      return (await Promise.all(all)).length
    },
  }
}
