import { hashPassword } from '../../src-server/users/passwords.ts'

/**
 * As many as the one line for passwords holds, 4 at work and 32 waiting, for seconds: the line is the whole process's, and
 * a test's server runs in the test's own. Resolves when the line is empty.
 */
export const crowdAtTheLine = (): Promise<string[]> =>
  Promise.all(Array.from({ length: 36 }, () => hashPassword('one of a crowd', 'bcrypt')))
