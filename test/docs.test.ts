import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { type InstanceKey, instanceKeys, instanceSettings } from '../src-server/contract/instance.ts'

/** What people copy from the documents works as it stands. */
const root = join(import.meta.dirname, '..')
const documents = ['README.md', 'docs/server.md', 'docs/security.md']
const textOf = (document: string): string => readFileSync(join(root, document), 'utf8')

const examples = documents.flatMap(document =>
  [...textOf(document).matchAll(/```toml\n(.*?)```/gs)].map(([, text = '']): [string, string] => [document, text]),
)

test.each(examples)(
  'an example of config.toml in %s has keys that there are, with values that are allowed: %s',
  (_, text) => {
    const keys = Object.entries(parse(text)).flatMap(([table, keys]) =>
      Object.entries(keys).map(([key, value]) => [`${table}.${key}`, value] as const),
    )
    expect(keys.length).toBeGreaterThan(0)
    for (const [key, value] of keys) {
      expect(instanceKeys).toContain(key)
      expect([key, instanceSettings[key as InstanceKey].schema.safeParse(value).success]).toEqual([key, true])
    }
  },
)

test.each(documents)('%s leads to files and headings that there are', document => {
  const links = [...textOf(document).matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)]
  for (const [, path = '', heading = ''] of links) {
    const target = path === '' ? document : join(dirname(document), path)
    expect([target, existsSync(join(root, target))]).toEqual([target, true])
    if (heading) expect(headingsOf(textOf(target))).toContain(heading)
  }
})

/** As they are in an address. */
const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(
    ([, title = '']) =>
      `#${title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s-]/gu, '')
        .replaceAll(' ', '-')}`,
  )
