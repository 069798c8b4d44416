/** Names in a backup: only such as every system can hold, and that go nowhere but down. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are among what is refused
const forbidden = /[\u0000-\u001f\u007f\\:*?"<>|]/
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i

/** A relative path with `/` that is safe to make a file of on every system. */
export function isSafeName(name: string): boolean {
  return name.length <= 1000 && name.split('/').every(isSafePart)
}

function isSafePart(part: string): boolean {
  if (part === '' || forbidden.test(part) || Buffer.byteLength(part) > 255) return false
  // Windows drops a dot or a space at the end, so that two names become one; this also refuses . and ..
  return !/[. ]$/.test(part) && !deviceName.test(part)
}

/** The same for names that some systems take for one: other case, or another spelling of the same letters. */
export const foldedName = (name: string): string => name.normalize('NFC').toLowerCase()
