/** Which bytes of a file a request wants, if any (RFC 9110, sections 13 and 14). */

interface Version {
  readonly etag: string
  readonly modified: Date
}

/**
 * Whether the client has this version already, by its `If-None-Match` or, only without one, its `If-Modified-Since`
 * header; both empty where absent.
 */
export function isUnchanged(ifNoneMatch: string, ifModifiedSince: string, { etag, modified }: Version): boolean {
  if (ifNoneMatch === '') return Math.floor(modified.getTime() / 1000) <= Date.parse(ifModifiedSince) / 1000
  const tags = ifNoneMatch.split(',').map(tag => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}

/** Both ends inclusive. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

interface RangeRequest extends Version {
  /** The `Range` and `If-Range` headers, empty where absent. */
  readonly range: string
  readonly ifRange: string
  readonly size: number
}

/** The one range that is asked for; `whole` where none is, or one that we need not serve; `unsatisfiable` → 416. */
export function chooseRange({
  range,
  ifRange,
  size,
  etag,
  modified,
}: RangeRequest): ByteRange | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(range.replaceAll(' ', '')) ?? []
  if (first === '' && last === '') return 'whole'
  if (ifRange !== '' && !isSameVersion(ifRange, { etag, modified })) return 'whole'
  if (first === '')
    return Number(last) === 0 || size === 0
      ? 'unsatisfiable'
      : { start: Math.max(0, size - Number(last)), end: size - 1 }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return 'whole'
  return start >= size ? 'unsatisfiable' : { start, end }
}

/** Only a strong tag or the exact date proves that a part belongs to what the client already has. */
function isSameVersion(ifRange: string, { etag, modified }: Version): boolean {
  if (ifRange.includes('"')) return ifRange.trim() === etag
  return Math.floor(modified.getTime() / 1000) === Date.parse(ifRange) / 1000
}
