import { expect, test } from 'vitest'
import { createTrustStore, waysOf } from '../../src-main/trust-store.ts'

const subject = { file: '/tmp/x/trunk8-ca.crt', sha1: 'ABCDEF', home: '/home/ann' }
const stepsOn = (platform: NodeJS.Platform) => {
  const { has, add, remove } = waysOf(platform, subject) ?? expect.fail('It knows no way')
  return [has, ...add, ...remove]
}

test('on Windows every step is in the store of the person alone', () => {
  for (const [program, ...args] of stepsOn('win32')) {
    expect(program).toMatch(/System32.certutil\.exe$/)
    expect(args[0]).toBe('-user')
    expect(args).toContain('Root')
  }
})

test('on a Mac trust is for websites, in the login keychain, and not for everybody on it', () => {
  const steps = stepsOn('darwin')
  expect(steps.every(([program]) => program === '/usr/bin/security')).toBe(true)
  const [, ...added] = steps.find(([, verb]) => verb === 'add-trusted-cert') ?? expect.fail('Nothing is added')
  expect(added.join(' ')).toContain('-p ssl')
  expect(added).toContain('/home/ann/Library/Keychains/login.keychain-db')
  // It stands for the trust of all users there.
  expect(added).not.toContain('-d')
})

test('on Linux it is for websites alone, by a name that no other certificate has', () => {
  const [, ...added] = waysOf('linux', subject)?.add[0] ?? expect.fail('Nothing is added')
  expect(added).toEqual(expect.arrayContaining(['sql:/home/ann/.pki/nssdb', 'C,,', 'Trunk8 ABCDEF']))
})

test('on another system nothing is done, and it is said', async () => {
  expect(waysOf('aix', subject)).toBeUndefined()
  const store = createTrustStore({ platform: 'aix' })
  await expect(store.add('no certificate')).rejects.toThrow()
  expect(await store.has('no certificate')).toBe(false)
})
