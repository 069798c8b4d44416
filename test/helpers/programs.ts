import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Whether the programs of other people that a test runs are on this machine, for `describe.skipIf(!areThere(…))`. In CI
 * they have to be: there a test that cannot run has failed.
 */
export function areThere(...programs: readonly string[]): boolean {
  const missing = programs.filter(name => !isThere(name))
  if (missing.length === 0) return true
  const reason = `${missing.join(', ')} cannot be found; on Debian, apt-get install brings it`
  if (process.env.CI) throw new Error(reason)
  console.log(`Skipped: ${reason}`)
  return false
}

function isThere(name: string): boolean {
  const folders = name.startsWith('/') ? [''] : [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some(folder => {
    try {
      accessSync(join(folder, name), constants.R_OK)
      return true
    } catch {
      return false
    }
  })
}
