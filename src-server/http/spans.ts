/** Stretches of time, as a sentence has them. */

/** Whole seconds → `1 second`, `12 seconds`, `2 minutes`, `3 hours`, `5 days`: never less than it is. */
export function secondsInWords(seconds: number): string {
  if (seconds < 90) return many(Math.max(1, Math.ceil(seconds)), 'second')
  if (seconds < 90 * 60) return many(Math.ceil(seconds / 60), 'minute')
  if (seconds < 36 * 3600) return many(Math.ceil(seconds / 3600), 'hour')
  return many(Math.ceil(seconds / 86_400), 'day')
}

const many = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`
