/**
 * Numbers, sizes and times as people say them. Every function takes plain values and the moment it is, and returns text.
 */
const grouped = new Intl.NumberFormat('en')
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const dayMonthYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const everything = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'medium' })

const sizeUnits = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** 1284 → `1,284`. */
export const formatCount = (count: number): string => grouped.format(count)

/** 1284, `visit` → `1,284 visits`. */
export const formatMany = (count: number, one: string): string =>
  `${formatCount(count)} ${count === 1 ? one : `${one}s`}`

/** Bytes → `4.2 MB`. */
export function formatSize(bytes: number): string {
  const unit = sizeUnit(bytes)
  if (unit === 0) return formatMany(bytes, 'byte')
  return `${scaled(bytes, unit)} ${sizeUnits[unit]}`
}

/** Bytes so far and in all → `1.1 of 1.8 GB`, both in the unit of the whole. */
export function formatProgress(bytes: number, size: number | undefined): string {
  if (size === undefined) return formatSize(bytes)
  const unit = sizeUnit(size)
  return unit === 0 ? `${bytes} of ${formatSize(size)}` : `${scaled(bytes, unit)} of ${formatSize(size)}`
}

/** Bytes per second → `118 MB/s`. */
export const formatSpeed = (bytesPerSecond: number): string => `${formatSize(Math.round(bytesPerSecond))}/s`

/** Seconds → `6 s left`. */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s left`
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min left`
  return `${oneDigit.format(seconds / 3600)} h left`
}

/** A time gone by → `2 min ago`, `today at 14:02`, `yesterday at 14:02`, `3 Nov`. */
export function formatPast(iso: string, now: number): string {
  const then = Date.parse(iso)
  const age = now - then
  if (age < minute) return 'just now'
  if (age < hour) return `${Math.floor(age / minute)} min ago`
  const days = daysBetween(then, now)
  if (days === 0) return `today at ${clock.format(then)}`
  if (days === 1) return `yesterday at ${clock.format(then)}`
  return formatDay(then, now)
}

/** A time to come → `21 h`. `undefined` when it has passed. */
export function spanUntil(iso: string, now: number): string | undefined {
  const left = Date.parse(iso) - now
  if (left <= 0) return undefined
  if (left <= 59 * minute) return `${Math.ceil(left / minute)} min`
  if (left < 2 * day) return `${Math.round(left / hour)} h`
  if (left < 60 * day) return `${Math.round(left / day)} d`
  if (left < 730 * day) return `${Math.round(left / (30.44 * day))} months`
  return `${Math.round(left / (365.25 * day))} years`
}

/** A time to come → `today at 18:00`, `tomorrow at 14:02`, `24 Dec at 18:00`. */
export function formatMoment(iso: string, now: number): string {
  const then = Date.parse(iso)
  const days = daysBetween(now, then)
  const word = days === 0 ? 'today' : days === 1 ? 'tomorrow' : formatDay(then, now)
  return `${word} at ${clock.format(then)}`
}

/** A time as a fact among others: `25 Nov 2026, 06:11`. */
export const formatFact = (iso: string): string =>
  `${dayMonthYear.format(Date.parse(iso))}, ${clock.format(Date.parse(iso))}`

/** A time, exactly, for who hovers over it. */
export const formatExact = (iso: string): string => everything.format(Date.parse(iso))

/** `2026-11-24T14:02:00Z` → what a `datetime-local` field wants, in this device's time zone. */
export function toLocalField(time: number): string {
  const offset = new Date(time).getTimezoneOffset() * minute
  return new Date(time - offset).toISOString().slice(0, 16)
}

/** Cuts a long name in its middle, so that its ending stays readable. */
export function cutMiddle(text: string, most: number): string {
  const letters = [...text]
  if (letters.length <= most) return text
  const tail = Math.floor(most / 3)
  return `${letters.slice(0, most - tail - 1).join('')}…${letters.slice(-tail).join('')}`
}

/** An address without its scheme: `meet.jit.si/lindqvist-tuesday`. */
export const withoutScheme = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '')

function sizeUnit(bytes: number): number {
  let unit = 0
  // 999,950 rounds to 1,000 kB: that is 1 MB.
  while (unit < sizeUnits.length - 1 && bytes >= 999.95 * 1000 ** unit) unit++
  return unit
}

function scaled(bytes: number, unit: number): string {
  const value = bytes / 1000 ** unit
  return value < 99.95 ? oneDigit.format(value) : grouped.format(Math.round(value))
}

const startOfDay = (time: number) => new Date(time).setHours(0, 0, 0, 0)
const daysBetween = (from: number, to: number) => Math.round((startOfDay(to) - startOfDay(from)) / day)

function formatDay(time: number, now: number): string {
  const isThisYear = new Date(time).getFullYear() === new Date(now).getFullYear()
  return (isThisYear ? dayAndMonth : dayMonthYear).format(time)
}
