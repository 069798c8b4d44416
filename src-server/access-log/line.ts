/**
 * One line of nginx's combined log format, byte for byte as nginx writes it, since fail2ban and others read it by that
 * form: whatever a client sends can neither end a field nor begin a line.
 */
export interface Visit {
  /** The other end's address. */
  readonly address: string
  readonly at: Date
  /** Method, target and version as they came; undefined: it was no HTTP that could be read. */
  readonly request: { readonly method: string; readonly target: string; readonly version: string } | undefined
  readonly status: number
  /** Of the body alone. */
  readonly bytes: number
  readonly referer: string | undefined
  readonly userAgent: string | undefined
}

/** Without the line's end. Texts are as Node has them: a character for each byte. */
export function formatVisit({ address, at, request, status, bytes, referer, userAgent }: Visit): string {
  const target = request && withoutSecrets(request.target)
  const line = request ? `${request.method} ${target} HTTP/${request.version}` : '-'
  const from = referer && withoutSecrets(referer)
  return `${escapeBytes(address)} - - [${formatTime(at)}] ${quote(line)} ${status} ${bytes} ${quote(from)} ${quote(userAgent)}`
}

const quote = (text: string | undefined): string => `"${text === undefined ? '-' : escapeBytes(text)}"`

/** As `ngx_http_log_escape`: the quote, the backslash, and all that is not printable ASCII become `\xHH`. */
const escapeBytes = (text: string): string =>
  text.replace(/[^\x20-\x7e]|["\\]/g, char =>
    Array.from(Buffer.from(char, char > '\xff' ? 'utf8' : 'latin1'), toHex).join(''),
  )

const toHex = (byte: number): string => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`

/** Values of a query that let somebody in: an API key, whatever its name, and what a sign-in service sends back. */
function withoutSecrets(target: string): string {
  const start = target.indexOf('?')
  const path = cutKeys(start === -1 ? target : target.slice(0, start))
  if (start === -1) return path
  const isSignIn = /(^|:\/\/[^/]+)\/auth\//.test(path)
  const parts = target.slice(start + 1).split('&')
  return `${path}?${parts.map(part => cutPart(part, isSignIn)).join('&')}`
}

function cutPart(part: string, isSignIn: boolean): string {
  const [name = '', ...value] = part.split('=')
  if (value.length === 0) return cutKeys(part)
  const isSecret = isSignIn ? !/^(error|error_description|next)$/.test(name) : secretNames.test(name)
  return isSecret || decode(value.join('=')).startsWith('t8_') ? `${name}=***` : cutKeys(part)
}

const secretNames = /^(api[_-]?key|access[_-]?token|token|key|password|otp|code_verifier)$/i
const cutKeys = (text: string): string => text.replace(/t8(_|%5f)[\w%-]+/gi, 't8_***')

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `28/Nov/2026:06:45:17 +0100`: nginx's `$time_local`. */
function formatTime(at: Date): string {
  const two = (part: number) => String(part).padStart(2, '0')
  const day = `${two(at.getDate())}/${months[at.getMonth()]}/${at.getFullYear()}`
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  const east = -at.getTimezoneOffset()
  const offset = `${two(Math.trunc(Math.abs(east) / 60))}${two(Math.abs(east) % 60)}`
  return `${day}:${time} ${east < 0 ? '-' : '+'}${offset}`
}
