/**
 * Electron's fuses: switches inside the binary, one character each, after a known string ("the wire":
 * string, version 1, number of fuses, then `0` off, `1` on, `r` removed for each).
 */
import { open, readFile } from 'node:fs/promises'

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/** In the order of the wire. */
const names = /** @type {const} */ ([
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'asarIntegrity',
  'onlyLoadAppFromAsar',
  'browserV8Snapshot',
  'fileProtocolPrivileges',
])

/** @typedef {Partial<Record<(typeof names)[number], boolean>>} Fuses */

/** @param {string} binary @returns {Promise<Fuses>} */
export async function readFuses(binary) {
  const bytes = await readFile(binary)
  const { start, count } = findWire(bytes, binary)
  return Object.fromEntries(names.slice(0, count).map((name, i) => [name, bytes[start + i] === '1'.charCodeAt(0)]))
}

/** Sets the given fuses and leaves all others. @param {string} binary @param {Fuses} wanted */
export async function setFuses(binary, wanted) {
  const { start } = findWire(await readFile(binary), binary)
  const file = await open(binary, 'r+')
  try {
    for (const [i, name] of names.entries()) {
      if (wanted[name] !== undefined) await file.write(wanted[name] ? '1' : '0', start + i)
    }
  } finally {
    await file.close()
  }
}

/** @param {Buffer} bytes @param {string} binary */
function findWire(bytes, binary) {
  const at = bytes.indexOf(sentinel)
  if (at === -1 || bytes[at + sentinel.length] !== 1) throw new Error(`${binary} has no fuses that we know`)
  const count = bytes[at + sentinel.length + 1] ?? 0
  return { start: at + sentinel.length + 2, count }
}
