import { expect, test } from 'vitest'
import { toWebAddress } from '../src-main/web-address.ts'

const opened: readonly (readonly [string, string])[] = [
  ['http://192.168.1.20:5001/plan', 'http://192.168.1.20:5001/plan'],
  ['https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'],
  ['HTTPS://EXAMPLE.com', 'https://example.com/'],
  ['http://[::1]:5001/', 'http://[::1]:5001/'],
  ['https://müller.example/ä', 'https://xn--mller-kva.example/%C3%A4'],
  ['\thttps://exa\nmple.com/', 'https://example.com/'],
]
const refused = [
  ...['file:///etc/passwd', 'file://server/share', 'smb://server/share', '\\\\server\\share', '//server/share'],
  ...['javascript:alert(1)', ' javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x'],
  ...[
    'ms-msdt:/id',
    'search-ms:query=x',
    'ms-officecmd:x',
    'calculator:',
    'ssh://host',
    'trunk8://plan',
    'mailto:a@b.c',
  ],
  ...['C:\\Windows\\System32\\calc.exe', '/usr/bin/xcalc', 'example.com', 'http:', 'https://', ''],
]

test.each(opened)('the browser opens %j', (text, address) => {
  expect(toWebAddress(text)).toBe(address)
})

test.each(refused)('%j starts no program', text => {
  expect(() => toWebAddress(text)).toThrow('Only web addresses can be opened')
})
