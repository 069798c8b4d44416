import { expect, test } from 'vitest'
import { findLine } from '../src-server/storage/find-line.ts'

const lines = `# [users.ann] in a comment
[app]
theme = "users"

[users.ann]
is_admin = false
"display_name" = "ann"

[ users . "a.b" ]
is_admin = true

["users"."b\\u00F6b"]
'password_hash' = "x = y"

[users]
carl = { is_admin = false }
"d e".is_admin = true

[links.__proto__]
type = "redirect"
[[lists.ann]]
`.split('\n')

test.each([
  [['app'], 2],
  [['app', 'theme'], 3],
  [['users', 'ann'], 5],
  [['users', 'ann', 'is_admin'], 6],
  [['users', 'ann', 'display_name'], 7],
  [['users', 'a.b'], 9],
  [['users', 'a.b', 'is_admin'], 10],
  [['users', 'böb'], 12],
  [['users', 'böb', 'password_hash'], 13],
  [['users', 'carl'], 16],
  [['users', 'd e', 'is_admin'], 17],
  [['links', '__proto__'], 19],
  [['links', '__proto__', 'type'], 20],
  [['lists', 'ann'], 21],
])('%j is found in whichever spelling', (path, line) => {
  expect(findLine(lines, path)).toBe(line)
})

test.each([
  [['users', 'eve']],
  [['ann']],
  [['users', 'ann', 'theme']],

  [['is_admin']],
  [['users', 'a']],
  [[]],
])('%j is nowhere', path => {
  expect(findLine(lines, path)).toBeUndefined()
})
