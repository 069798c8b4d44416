import { expect, test } from 'vitest'
import { strengthOf } from '../../src-renderer/lib/password-strength.ts'

const words = (password: string, known: readonly string[] = []) => strengthOf(password, { shortest: 12, known })?.words
const tone = (password: string, known: readonly string[] = []) => strengthOf(password, { shortest: 12, known })?.tone

test('nothing is said of nothing', () => {
  expect(words('')).toBeUndefined()
})

test('what is missing is counted in characters as people see them', () => {
  expect(words('short')).toBe('Too short: 7 more characters')
  expect(words('elevenchars')).toBe('Too short: 1 more character')
  expect(words('😀😀😀😀😀😀😀😀😀😀😀')).toBe('Too short: 1 more character')
})

test.each(['aaaaaaaaaaaaaaaa', '123456789012345', 'abcdefghijklmnop', 'passwordpassword', 'hello there you'])(
  'a long password is not a good one for that: %s',
  password => {
    expect(tone(password)).toBe('bad')
  },
)

test('a name that everybody knows makes it no harder', () => {
  expect(words('Ann Lindqvist 1', ['ann', 'Ann Lindqvist'])).toBe('Easy to guess: it holds your name')
  expect(tone('Ann Lindqvist 1')).not.toBe('bad')
})

test('characters in no order, and several unrelated words, are strong', () => {
  expect(tone('vK7#qP2!xZ9m')).toBe('ok')
  expect(tone('correct horse battery staple')).toBe('ok')
  expect(tone('räksmörgås på fyra hjul i regn')).toBe('ok')
})

test('between the two it says what would help', () => {
  expect(words('copper lantern river')).toBe('Good. One more word makes it strong')
})
