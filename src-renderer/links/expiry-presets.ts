/** The times that people set most: how long a link works from now on. */
export const expiryPresets = [
  { name: '1 hour', milliseconds: 3_600_000 },
  { name: '1 day', milliseconds: 86_400_000 },
  { name: '1 week', milliseconds: 604_800_000 },
] as const

/** Milliseconds from now → what the contract wants. */
export const expiryIn = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString()

/** What a `datetime-local` field holds → what the contract wants; `undefined` while it holds no whole time. */
export function expiryFromField(value: string): string | undefined {
  const time = new Date(value).getTime()
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}
