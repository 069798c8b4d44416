import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findViolations, type Sources } from './architecture.ts'

const root = join(import.meta.dirname, '..')

/** All code of ours. */
function readSources(): Sources {
  const folders = ['src-server', 'src-main', 'src-renderer', 'scripts', 'test']
  const files = folders.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(file => `${folder}/${file}`),
  )
  const code = [...files, 'vite.config.ts', 'vitest.config.ts'].filter(file => /\.(ts|tsx|mjs|js)$/.test(file))
  return Object.fromEntries(code.map(file => [file, readFileSync(join(root, file), 'utf8')]))
}

test('the code keeps to its rules', () => {
  const sources = readSources()
  expect(Object.keys(sources)).toContain('src-server/index.ts')
  expect(findViolations(sources)).toEqual([])
})

const planted: readonly (readonly [rule: string, sources: Sources, violation: string])[] = [
  [
    'the contract imports zod alone',
    { 'src-server/contract/a.ts': "import Koa from 'koa'" },
    'src-server/contract/a.ts: may not import koa',
  ],
  [
    'the contract imports nothing of the server',
    { 'src-server/contract/a.ts': "import { b } from '../links/b.ts'" },
    'src-server/contract/a.ts: may not import src-server/links/b.ts',
  ],
  [
    'the desktop contract imports zod alone',
    { 'src-main/contract.ts': "import { app } from 'electron'" },
    'src-main/contract.ts: may not import electron',
  ],
  [
    'the server knows nothing of Electron',
    { 'src-server/a.ts': "import { app } from 'electron/main'" },
    'src-server/a.ts: may not import electron/main',
  ],
  [
    'the server imports nothing from outside itself',
    { 'src-server/a.ts': "export * from '../src-main/b.ts'" },
    'src-server/a.ts: may not import src-main/b.ts',
  ],
  [
    'main enters the server by its door alone',
    { 'src-main/a.ts': "import type { B } from '../src-server/links/b.ts'" },
    'src-main/a.ts: may not import src-server/links/b.ts',
  ],
  [
    'the renderer sees contracts alone, in a dynamic import too',
    { 'src-renderer/a.tsx': "const b = await import('../src-server/index.ts')" },
    'src-renderer/a.tsx: may not import src-server/index.ts',
  ],
  [
    'the renderer has no Node',
    { 'src-renderer/a.ts': "import 'node:path'" },
    'src-renderer/a.ts: may not import node:path',
  ],
  [
    'a feature’s store is its own',
    { 'src-server/links/a.ts': "import { b } from '../users/store.ts'" },
    'src-server/links/a.ts: src-server/users/store.ts belongs to another feature',
  ],
  [
    'the shapes in it too',
    { 'src-server/links/a.ts': "import type { B } from '../users/store.ts'" },
    'src-server/links/a.ts: src-server/users/store.ts belongs to another feature',
  ],
  [
    'the ground knows no feature',
    { 'src-server/http/a.ts': "import { b } from '../users/users.ts'" },
    'src-server/http/a.ts: is ground for the features, so it may not import src-server/users/users.ts',
  ],
  [
    'screens do not import each other',
    { 'src-renderer/links/a.ts': "import { b } from '../share/b.ts'" },
    'src-renderer/links/a.ts: may not import src-renderer/share/b.ts of another feature',
  ],
  [
    'ui knows no feature',
    { 'src-renderer/ui/a.tsx': "import { b } from '../share/b.ts'" },
    'src-renderer/ui/a.tsx: may not import src-renderer/share/b.ts of another feature',
  ],
  [
    'ipcMain stays in ipc.ts',
    { 'src-main/a.ts': "import { app, ipcMain } from 'electron'" },
    'src-main/a.ts: ipcMain belongs in src-main/ipc.ts',
  ],
  [
    'ipcRenderer stays in preload.ts',
    { 'src-main/a.ts': "import { ipcRenderer as x } from 'electron'" },
    'src-main/a.ts: ipcRenderer belongs in src-main/preload.ts',
  ],
  [
    'few files of the server touch the disk',
    { 'src-server/users/users.ts': "import { readFile } from 'node:fs/promises'" },
    'src-server/users/users.ts: may not touch the disk itself',
  ],
  [
    'the renderer calls the server in lib alone',
    { 'src-renderer/links/a.ts': "export const a = () => fetch('/b')" },
    'src-renderer/links/a.ts: fetch belongs in src-renderer/lib',
  ],
  ['files are short', { 'src-main/a.ts': 'a()\n'.repeat(401) }, 'src-main/a.ts: 401 lines, more than 400'],
  ['names say something', { 'src-main/Utils.test.ts': '' }, 'src-main/Utils.test.ts: the name Utils says nothing'],
  ['exports have names', { 'src-main/a.ts': 'export default 1' }, 'src-main/a.ts: has a default export'],
  ['types tell the truth', { 'src-main/a.ts': 'const a = b as any' }, 'src-main/a.ts: uses any'],
]

test.each(planted)('a file that breaks the rule is found: %s', (_rule, sources, violation) => {
  expect(findViolations(sources)).toEqual([violation])
})

test('files that import each other in a circle are found', () => {
  const sources = {
    'src-main/a.ts': "import './b.ts'",
    'src-main/b.ts': "import './c.ts'",
    'src-main/c.ts': "import { type A, a } from './a.ts'",
    'src-main/d.ts': "import './a.ts'",
    'src-main/e.ts': "import type { F } from './f.ts'",
    'src-main/f.ts': "import './e.ts'",
  }
  expect(findViolations(sources)).toEqual(['src-main/a.ts: imports itself by way of src-main/b.ts, src-main/c.ts'])
})

test('files that keep to the rules are left alone', () => {
  const sources = {
    'src-server/contract/links.ts': "import { z } from 'zod'\nexport const a = z.string()",
    'src-server/links/links.ts': "import { a } from '../contract/links.ts'\nimport { b } from './store.ts'",
    'src-server/links/store.ts': "import { readFile } from 'node:fs/promises'",
    'src-server/http/identify.ts': "import type { Users } from '../users/users.ts'",
    'src-server/services.ts': "import { b } from './links/store.ts'",
    'src-main/ipc.ts': "import { ipcMain } from 'electron'\n// any, fetch and ipcRenderer in a comment",
    'src-renderer/links/a.tsx':
      "import { a } from '../../src-server/contract/links.ts'\nimport { c } from '../ui/c.tsx'",
    'src-renderer/lib/api.ts': 'export const call = () => fetch("/api")',
  }
  expect(findViolations(sources)).toEqual([])
})
