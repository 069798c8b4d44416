import { expect, test } from 'vitest'
import { asAddress, completeAddress } from '../../src-renderer/lib/address.ts'
import * as format from '../../src-renderer/lib/format.ts'

const now = new Date(2026, 10, 24, 14, 2).getTime()
const after = (milliseconds: number) => new Date(now + milliseconds).toISOString()
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [4_200_000, '4.2 MB'],
  [118_400_000, '118 MB'],
  [999_950, '1 MB'],
  [1_800_000_000, '1.8 GB'],
])('%i bytes are said as %s', (bytes, words) => {
  expect(format.formatSize(bytes)).toBe(words)
})

test('progress is said in the unit of the whole', () => {
  expect(format.formatProgress(1_100_000_000, 1_800_000_000)).toBe('1.1 of 1.8 GB')
  expect(format.formatProgress(5, 812)).toBe('5 of 812 bytes')
  expect(format.formatProgress(1_100_000, undefined)).toBe('1.1 MB')
  expect(format.formatSpeed(118_000_000)).toBe('118 MB/s')
})

test('numbers are grouped, and one is one', () => {
  expect(format.formatCount(1284)).toBe('1,284')
  expect(format.formatMany(1, 'visit')).toBe('1 visit')
  expect(format.formatMany(1047, 'visit')).toBe('1,047 visits')
})

test.each([
  [0.2, '1 s left'],
  [6, '6 s left'],
  [90, '2 min left'],
  [5400, '1.5 h left'],
])('%d seconds are said as %s', (seconds, words) => {
  expect(format.formatTimeLeft(seconds)).toBe(words)
})

test.each([
  [-20_000, 'just now'],
  [-2 * minute, '2 min ago'],
  [-3 * hour, 'today at 11:02'],
  [-day, 'yesterday at 14:02'],
  [-21 * day, '3 Nov'],
  [-400 * day, '20 Oct 2025'],
])('a time gone by is said as people say it: %d ms', (milliseconds, words) => {
  expect(format.formatPast(after(milliseconds), now)).toBe(words)
})

test.each([
  [30 * minute, '30 min'],
  [hour, '1 h'],
  [21 * hour, '21 h'],
  [6 * day, '6 d'],
  [90 * day, '3 months'],
  [1000 * day, '3 years'],
  [-minute, undefined],
])('a time to come is said as a span: %d ms', (milliseconds, words) => {
  expect(format.spanUntil(after(milliseconds), now)).toBe(words)
})

test('a moment to come is said with its day', () => {
  expect(format.formatMoment(after(4 * hour), now)).toBe('today at 18:02')
  expect(format.formatMoment(after(day), now)).toBe('tomorrow at 14:02')
  expect(format.formatMoment(after(30 * day), now)).toBe('24 Dec at 14:02')
})

test('a long name is cut in its middle, between letters, and keeps its ending', () => {
  expect(format.cutMiddle('short.pdf', 64)).toBe('short.pdf')
  const cut = format.cutMiddle(`${'😀'.repeat(80)}.xlsx`, 32)
  expect([...cut].length).toBe(32)
  expect(cut).toMatch(/^😀+…😀+\.xlsx$/u)
})

test('text that is an address is known as one, and other text is not', () => {
  expect(asAddress(' https://example.com/a?b#c\n')).toBe('https://example.com/a?b#c')
  expect(asAddress('www.example.com')).toBe('https://www.example.com')
  expect(asAddress('mailto:ana@example.com')).toBe('mailto:ana@example.com')
  expect(asAddress('javascript:alert(1)')).toBeUndefined()
  expect(asAddress('see https://example.com')).toBeUndefined()
  expect(asAddress('plain words')).toBeUndefined()
  expect(completeAddress(' example.com/menu ')).toBe('https://example.com/menu')
  expect(completeAddress('bücher.example:8080')).toBe('https://bücher.example:8080')
  expect(completeAddress('not an address')).toBe('not an address')
})
