/**
 * Times as the folder keeps them: ISO 8601 without offset, in this machine's local time, as upstream compares them.
 * Reading also takes offsets, plain dates and TOML's own dates.
 */

const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?$/i

/** A value from a TOML file → the moment it means; undefined where it cannot be read. */
export function parseLocalTime(value: unknown): Date | undefined {
  // TOML's own dates are Dates that print themselves as they stand in the file: without an offset if they had none.
  const text = value instanceof Date ? printDate(value) : value
  const match = typeof text === 'string' ? pattern.exec(text.trim()) : null
  if (!match) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(part => Number(part ?? 0))
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  const utc = new Date(Date.UTC(year, month - 1, day, hour, minute, second, milliseconds))
  if (utc.getUTCMonth() !== month - 1 || utc.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    return undefined
  if (match[8]) return new Date(utc.getTime() - offsetMinutes(match[8]) * 60_000)
  return new Date(year, month - 1, day, hour, minute, second, milliseconds)
}

/** `2026-11-24T03:36:17.594000`; whole seconds have no fraction. */
export function toLocalTime(date: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  const milliseconds = date.getMilliseconds()
  return milliseconds === 0 ? `${day}T${time}` : `${day}T${time}.${String(milliseconds).padStart(3, '0')}000`
}

const printDate = (date: Date) => (Number.isNaN(date.getTime()) ? undefined : date.toISOString())

function offsetMinutes(text: string): number {
  if (/z/i.test(text)) return 0
  const [hours = 0, minutes = 0] = [Number(text.slice(1, 3)), Number(text.slice(-2))]
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
