/** For work that a button starts and nothing waits for: what goes wrong is said. */
import { messageOf } from '../lib/errors.ts'
import { say } from '../ui/Toaster.tsx'

export function attempt(work: Promise<unknown>): void {
  work.catch(error => say(messageOf(error), { isBad: true }))
}
