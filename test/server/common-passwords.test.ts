import { describe, expect, test } from 'vitest'
import { flawOf, requireGood } from '../../src-server/users/password-rules.ts'

const known = {
  trunk8: 'the name of this program',
  'Trunk8 on attic': 'the name of this Trunk8',
  annabel: 'the user name',
}
const flaw = (password: string, shortest = 12) => flawOf(password, { shortest, known })
const common = 'is one that everybody tries first'

describe('a password that everybody tries first is refused', () => {
  test.each([
    ['as it stands', 'qwerty123456'],
    ['in capitals', 'QWERTY123456'],
    ['in wide letters, which are the same to us', 'ｑｗｅｒｔｙ１２３４５６'],
    ['with a tail', 'sonyericsson1'],
    ['with a year and a sign', 'password2026!'],
    ['with something in front', '!!password12'],
    ['said twice', 'sunshinesunshine'],
    ['said three times', 'monkeymonkeymonkey'],
  ])('%s', async (_, password) => {
    expect(await flaw(password)).toBe(common)
  })

  test('whatever the shortest length is', async () => {
    for (const password of ['admin', 'letmein', '123456', 'changeme']) expect(await flaw(password, 1)).toBe(common)
  })
})

describe('a password that is mostly a name is refused', () => {
  test.each([
    ['annabel-annabel', 'is little more than the user name'],
    ['AnnaBel2024!', 'is little more than the user name'],
    ['trunk8-annabel', 'is little more than the user name'],
    ['trunk8trunk8!', 'is little more than the name of this program'],
    ['trunk8 on attic', 'is little more than the name of this Trunk8'],
  ])('%s', async (password, words) => {
    expect(await flaw(password)).toBe(words)
  })

  test('and one that only mentions it is not', async () => {
    expect(await flaw('annabel ate 40 green plums')).toBeUndefined()
  })
})

describe('a password that is the same few characters over and over is refused', () => {
  test.each(['aaaaaaaaaaaa', '121212121212', 'abcabcabcabc', '-_-_-_-_-_-_'])('%s', async password => {
    expect(await flaw(password)).toBe('is the same few characters over and over')
  })
})

describe('a password that nobody guesses is taken', () => {
  test.each([
    ['four words', 'correct horse battery staple'],
    ['what Trunk8 makes', 'k3vm-8rqa-z4np-wt7x-hd2c'],
    ['what openssl makes', 'q9bJmH0dYk1T6tq1b6cJ7hYv0oTnYz8lG2sRkQeWx5M='],
    ['any script', 'пять зелёных слив на полу'],
    ['no letters at all', '48 1570 2296 33 9081'],
    ['a long text of few different letters', 'an ant and a tan nanna eat a date at ten on a tenth at dad and nana'],
    ['white space around', '  what was typed stays  '],
  ])('%s', async (_, password) => {
    expect(await flaw(password)).toBeUndefined()
  })
})

test('a password of more than 1,024 bytes is refused, however few characters it has', async () => {
  expect(await flaw('l’été à la mer '.repeat(51))).toBeUndefined()
  expect(await flaw('l’été à la mer '.repeat(60))).toBe('takes more than 1,024 bytes')
})

test('the refusal says which rule it was, about the field', async () => {
  const refusal = (password: string) => requireGood(password, 'next', { shortest: 12, known })
  await expect(refusal('short')).rejects.toMatchObject({
    code: 'invalid_input',
    errors: [{ path: 'next', message: 'A password has at least 12 characters' }],
  })
  await expect(refusal('password2026!')).rejects.toMatchObject({
    errors: [{ path: 'next', message: `This password ${common}. Choose another one` }],
  })
})
