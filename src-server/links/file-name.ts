import { basename } from 'node:path/posix'

/** File names as people see them: made safe to show, to send in a header and to save under, whatever was given. */

const maxBytes = 255

/** What could make a name look like another one, or break a header: control, direction and byte-order characters. */
const treacherous = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu

/** Any name, even a path → a plain name of 1 to 255 bytes in NFC; `file` where nothing is left. */
export function cleanFileName(given: string): string {
  const last = basename(Buffer.from(given).toString().replaceAll('\\', '/'))
  const clean = last.normalize('NFC').replace(treacherous, '').trim().replace(/^\.+/, '').trim()
  return cut(clean) || 'file'
}

/** What follows the last dot, in lower case; empty where there is none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase()
}

/** The same name in ASCII without anything that needs escaping in a header, for clients that know no `filename*` (RFC 6266). */
export function asciiFileName(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '')
  return plain.replace(/[^\x20-\x7e]/gu, '_').replace(/["\\;%/]/g, '_')
}

/** Cut to `maxBytes` without halving a character, keeping the extension where it is of a sensible length. */
function cut(name: string): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const extension = extensionOf(name)
  const tail = extension && extension.length <= 16 ? name.slice(-extension.length - 1) : ''
  let room = maxBytes - Buffer.byteLength(tail)
  let head = ''
  for (const character of name.slice(0, name.length - tail.length)) {
    room -= Buffer.byteLength(character)
    if (room < 0) break
    head += character
  }
  return head + tail
}
