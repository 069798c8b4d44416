import { z } from 'zod'

/**
 * Every failure a caller may see. The key is the stable `code` that travels, the number its HTTP status.
 */
export const errorStatus = {
  bad_request: 400,
  bad_json: 400,
  bad_api_key: 401,
  bad_credentials: 401,
  otp_required: 401,
  password_required: 401,
  sign_in_required: 401,
  address_not_allowed: 403,
  banned: 403,
  https_required: 403,
  not_allowed: 403,
  scope_missing: 403,
  two_factor_required: 403,
  wrong_password: 403,
  csrf: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  code_taken: 409,
  conflict: 409,
  file_broken: 409,
  body_too_large: 413,
  file_too_large: 413,
  unsupported_media_type: 415,
  file_type_not_allowed: 415,
  unknown_host: 421,
  invalid_input: 422,
  bad_backup: 422,
  rate_limited: 429,
  headers_too_large: 431,
  cancelled: 499,
  internal: 500,
  provider_failed: 502,
  not_ready: 503,
  disk_full: 507,
} as const

export type ErrorCode = keyof typeof errorStatus
export const ErrorCode = z.enum(Object.keys(errorStatus) as [ErrorCode, ...ErrorCode[]])

/** One field that was refused: where (`/` separated path) and why, in words for the user. */
export const FieldError = z.object({ path: z.string(), message: z.string() })
export type FieldError = z.infer<typeof FieldError>

/** The body of every error reply, `application/problem+json` (RFC 9457). `id` finds an internal error in the log. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: ErrorCode,
  errors: z.array(FieldError).optional(),
  id: z.string().optional(),
  /** Seconds until it is worth another try, as in `Retry-After`. */
  retryAfter: z.number().optional(),
})
export type Problem = z.infer<typeof Problem>

/**
 * The one error class. Its message is written for the user and is always shown;
 * anything else that is thrown becomes `internal` and is only logged.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly errors: readonly FieldError[] | undefined
  readonly id: string | undefined
  /** Seconds until it is worth another try; goes into `Retry-After`. */
  readonly retryAfter: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: ErrorOptions & Partial<Pick<AppError, 'errors' | 'id' | 'retryAfter'>> = {},
  ) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
    this.errors = options.errors
    this.id = options.id
    this.retryAfter = options.retryAfter
  }
}

/** `AppError` → RFC 9457 body. */
export function toProblem(error: AppError): Problem {
  const status = errorStatus[error.code]
  const title = error.code.replaceAll('_', ' ')
  return {
    type: `urn:trunk8:problem:${error.code}`,
    title: title[0]?.toUpperCase() + title.slice(1),
    status,
    detail: error.message,
    code: error.code,
    ...(error.errors && { errors: [...error.errors] }),
    ...(error.id && { id: error.id }),
    ...(error.retryAfter !== undefined && { retryAfter: error.retryAfter }),
  }
}

/** RFC 9457 body, or whatever came instead of one → `AppError`. */
export function fromProblem(body: unknown, status: number): AppError {
  const parsed = Problem.safeParse(body)
  if (!parsed.success) return new AppError('internal', `The server answered with status ${status} and no reason`)
  const { code, detail, errors, id, retryAfter } = parsed.data
  return new AppError(code, detail, { errors, id, retryAfter })
}

/** zod's findings → the fields of a 422. */
export function toFieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.map(({ path, message }) => ({ path: path.join('/'), message }))
}
