import type { Entry, Shelf } from './shelf.ts'

/**
 * Which link a code leads to. Letters whose accents a folder keeps apart are found composed too, which is how addresses
 * arrive (Unicode NFC); a link that has the very code comes first.
 */
export function createCodeIndex() {
  const exact = new Map<string, Entry>()
  const composed = new Map<string, Entry>()

  function set(code: string, entry: Entry | undefined): void {
    const nfc = code.normalize('NFC')
    for (const [map, key] of [[exact, code], ...(nfc === code ? [] : [[composed, nfc] as const])] as const) {
      if (entry) map.set(key, entry)
      else map.delete(key)
    }
  }

  return {
    find: (code: string): Entry | undefined => exact.get(code) ?? composed.get(code),
    set,
    rebuild(shelves: readonly Shelf[]): void {
      exact.clear()
      composed.clear()
      for (const { entries } of shelves.toReversed()) for (const [code, entry] of entries) set(code, entry)
    },
  }
}
