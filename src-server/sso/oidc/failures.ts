import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import { AppError } from '../../contract/errors.ts'
import { providerFailed } from '../provider-fetch.ts'
import { refused } from '../refusal.ts'

/** What went wrong between us and the provider, as something that may be told: never a token, a code or a whole answer. */

/** When the provider was asked who it is: whatever failed, there is nobody to sign in at. */
export function explainOutage(error: unknown, host: string): AppError {
  const known = ours(error)
  if (known) return known
  const { code } = error as { code?: string }
  return providerFailed(outages[code ?? ''] ? `${host} ${outages[code ?? '']}` : `${host} is no OpenID provider`, error)
}

/** When an answer was looked at: an outage of the provider, or `bad_credentials` for one that is not to be believed. */
export function explainRefusal(error: unknown, issuer: string): AppError {
  const known = ours(error)
  if (known) return known
  const host = URL.canParse(issuer) ? new URL(issuer).host : issuer
  if (error instanceof AuthorizationResponseError) {
    return refused(`${host} did not let you in`, `the provider answered ${word(error.error)}`)
  }
  if (error instanceof ResponseBodyError && error.error !== 'invalid_client') {
    return refused(notBelieved, `the provider refused the code: ${word(error.error)}`)
  }
  if (error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError) {
    return providerFailed(`${host} does not accept the client ID or the client secret`, error)
  }
  const code = error instanceof ClientError ? (error.code ?? '') : ''
  if (outages[code]) return providerFailed(`${host} ${outages[code]}`, error)
  return refused(
    notBelieved,
    code === '' && error instanceof Error ? error.message : `${code} ${claimOf(error)}`.trim(),
  )
}

const notBelieved = 'What the provider sent cannot be believed. Try once more from the start'

/** What an outage is called, after the provider's name. */
const outages: Readonly<Record<string, string>> = {
  OAUTH_TIMEOUT: 'did not answer in time',
  OAUTH_ABORT: 'did not answer in time',
  OAUTH_RESPONSE_IS_NOT_CONFORM: 'answers with an error',
  OAUTH_RESPONSE_IS_NOT_JSON: 'answers with something else than JSON',
  OAUTH_PARSE_ERROR: 'answers with something else than JSON',
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: 'calls itself something else than the address set here',
  OAUTH_HTTP_REQUEST_FORBIDDEN: 'names addresses that are not encrypted',
}

/** The first error of ours along the causes. */
function ours(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error
  return error instanceof Error && error.cause !== undefined ? ours(error.cause) : undefined
}

/** An error code of the protocol, which is one word; anything else is not repeated. */
const word = (text: unknown): string => (typeof text === 'string' && /^\w{1,60}$/.test(text) ? text : 'something else')

/** Which claim was not as it has to be; its value is nobody’s business. */
function claimOf(error: unknown): string {
  let cause = error
  while (cause instanceof Error) cause = cause.cause
  const { claim, attribute } = (cause ?? {}) as { claim?: unknown; attribute?: unknown }
  return word(claim ?? attribute ?? '') === 'something else' ? '' : word(claim ?? attribute)
}
