import { expect, test } from 'vitest'
import { areThere } from '../helpers/programs.ts'

/** A program that is missing is told here by its name, before the tests that need it fail one by one. */
const programs = [
  ...['nginx', 'caddy', 'apache2', 'openssl', 'fail2ban-client', 'fail2ban-regex', 'sslscan', 'testssl', 'certutil'],
  ...['slowhttptest', 'wapiti', 'ffuf', 'zzuf', 'oathtool', 'php', 'htpasswd', 'faketime', '/usr/share/simplesamlphp'],
]

test.skipIf(!process.env.CI)('every program that the tests of the door run is on this machine', () => {
  expect(areThere(...programs)).toBe(true)
})
