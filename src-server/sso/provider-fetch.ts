import { AppError } from '../contract/errors.ts'

/**
 * Asking a provider, whose answer is never waited for longer, nor read further, than a sane one needs. No redirect is
 * followed, and plain http is spoken within this computer alone.
 */
const longest = 10_000
const largest = 1024 * 1024

interface Asked {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: BodyInit | null | undefined
}

/** The whole answer, whatever its status. Throws `provider_failed`, with a sentence that may be shown. */
export async function askProvider(url: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Response> {
  const { host } = requireSafe(url)
  const signal = AbortSignal.timeout(longest)
  try {
    const response = await fetch(url, { method, headers, body: body ?? null, redirect: 'manual', signal })
    const { status } = response
    return new Response(withoutBody(status) ? null : await readWhole(response, host), {
      status,
      headers: response.headers,
    })
  } catch (error) {
    if (error instanceof AppError) throw error
    throw providerFailed(
      signal.aborted ? `${host} did not answer within ${longest / 1000} seconds` : `${host} cannot be reached`,
      error,
    )
  }
}

export const providerFailed = (message: string, cause?: unknown) => new AppError('provider_failed', message, { cause })

export const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)

function requireSafe(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)))) return url
  throw providerFailed(`The provider names an address that is not encrypted: ${text.slice(0, 200)}`)
}

const withoutBody = (status: number): boolean => [204, 205, 304].includes(status)

async function readWhole(response: Response, host: string): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop by a throw closes the connection.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > largest) throw providerFailed(`${host} answers with more than 1 MB, which no provider needs`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
