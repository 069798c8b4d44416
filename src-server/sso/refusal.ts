import { AppError } from '../contract/errors.ts'

/** `bad_credentials` with a sentence for the person, and the reason as the log and the audit trail have it. */
export const refused = (words: string, reason: string) =>
  new AppError('bad_credentials', words, { cause: new Error(reason) })

/** The reason, on one line of sane length, whatever a stranger put into it. */
export function reasonOf(error: AppError): string {
  const text = error.cause instanceof Error ? error.cause.message : error.message
  return text.replace(/[\p{C}\s]+/gu, ' ').slice(0, 300)
}
