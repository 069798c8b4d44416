/** Failures, as a screen or form shows them. */
import { AppError } from '../../src-server/contract/errors.ts'

/** The sentence for the user. */
export function messageOf(error: unknown): string {
  return error instanceof AppError ? error.message : 'Something went wrong in this page. Reload it'
}

/** A refusal's reasons by field; `''` holds what belongs to no field. `aliases` maps the contract's names to the form's. */
export function fieldErrorsOf(error: unknown, aliases: Record<string, string> = {}): Record<string, string> {
  if (!error) return {}
  if (!(error instanceof AppError)) return { '': messageOf(error) }
  if (error.code === 'code_taken') return { code: error.message }
  if (!error.errors?.length) return { '': error.message }
  return Object.fromEntries(error.errors.map(({ path, message }) => [aliases[path] ?? path, message]))
}
