import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Table, TomlFile } from '../../src-server/storage/toml-file.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-'))
  path = join(folder, 'deep/er/links.toml')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const Counter = z.looseObject({ count: z.number().max(100, 'At most 100').default(0) })
const open = () => TomlFile.open(path, Counter)
const onDisk = () => readFile(path, 'utf8')
const add = (file: TomlFile<typeof Counter>) => file.modify(current => ({ ...current, count: current.count + 1 }))

async function write(text: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, text)
}

describe('reading', () => {
  test('a missing file is the defaults, and is not made by looking', async () => {
    const file = await open()
    expect([file.value, file.isOnDisk]).toEqual([{ count: 0 }, false])
    expect(await readdir(folder)).toEqual([])
  })

  test.each([
    ['count = 1\nname = "a\nb = 2\n', /^er\/links\.toml, line 2, column \d+: /],
    ['count = 1\ncount = 2\n', /^er\/links\.toml, line 2, column \d+: /],
    ['count = "many"\n', /^er\/links\.toml, line 1, count: /],
    ['count = 101\n', /^er\/links\.toml, line 1, count: At most 100$/],
  ])('a broken file says where: %j', async (text, message) => {
    await write(text)
    await expect(open()).rejects.toMatchObject({ code: 'file_broken', message: expect.stringMatching(message) })
  })

  test('a wrong key in a table is named with its line', async () => {
    await write('[app]\ntheme = "a"\n\n[server]\nname = "b"\nport = 0\n')
    const Config = z.looseObject({ server: z.looseObject({ port: z.int().min(1, 'Too low') }) })
    await expect(TomlFile.open(path, Config)).rejects.toThrow('er/links.toml, line 6, server.port: Too low')
  })
})

describe('writing', () => {
  test('makes folders that only the owner and the group see, and files that only the owner reads', async () => {
    await add(await open())
    expect((await stat(join(folder, 'deep'))).mode & 0o777).toBe(0o750)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  test('keeps what it does not know: keys, tables, dates, great numbers and dangerous names', async () => {
    const text = [
      'count = 1',
      'big = 99999999999999999',
      'day = 2024-05-06',
      'naive = 2024-01-02T03:04:05',
      'far = 2024-01-02T03:04:05+02:00',
      '[links.__proto__]',
      'url = "a"',
      '[links.constructor]',
      'url = "b"',
      '[links."café"]',
      'url = "c"',
    ].join('\n')
    await write(text)
    const file = await TomlFile.open(path, z.looseObject({ count: z.number(), links: Table }))
    await file.modify(current => ({ ...current, count: 2 }))
    const after = await onDisk()
    for (const part of [
      'big = 99999999999999999',
      'day = 2024-05-06',
      '[links.__proto__]',
      '[links.constructor]',
      '[links."café"]',
    ]) {
      expect(after).toContain(part)
    }
    expect(after).toMatch(/naive = 2024-01-02T03:04:05(\.000)?\n/)
    expect(after).toMatch(/far = 2024-01-02T03:04:05(\.000)?\+02:00\n/)
    expect(after).toContain('count = 2')
  })

  test('keeps rows whose names are whole numbers where they stood, and puts new ones at the end', async () => {
    const headers = async () => [...(await onDisk()).matchAll(/^\[rows\.(.+)\]$/gm)].map(([, name]) => name)
    await write(
      '[rows."7"]\n[rows.front]\n[rows.2026]\n[rows.10.deep]\n[rows."café"]\n[ rows . 00 ]\n[rows.4294967295]\n',
    )
    const file = await TomlFile.open(path, z.looseObject({ rows: Table }))
    const read = ['7', 'front', '2026', '10', 'café', '00', '4294967295']
    expect(Object.keys(file.value.rows)).toEqual(read)
    await file.modify(({ rows, ...rest }) => ({ ...rest, rows: { ...rows, 3: {}, last: {} } }))
    expect(await headers()).toEqual(['7', 'front', '2026', '10.deep', '"café"', '00', '4294967295', 'last', '3'])
    await file.modify(({ rows: { front, ...rows }, ...rest }) => ({ ...rest, rows: { ...rows, end: {} } }))
    const written = ['7', '2026', '10.deep', '"café"', '00', '4294967295', 'last', '3', 'end']
    expect([await headers(), Object.keys(file.value.rows)]).toEqual([
      written,
      written.map(name => name.replace('.deep', '').replaceAll('"', '')),
    ])
    await write('[rows.b]\n[rows.1]\n[rows.a]\n')
    await file.modify(({ rows, ...rest }) => ({ ...rest, rows: { ...rows, c: {} } }))
    expect(await headers()).toEqual(['b', '1', 'a', 'c'])
  })

  test('changes that come together are written together, and each is counted', async () => {
    const file = await open()
    const values = new Set<unknown>()
    file.onChange(value => values.add(value))
    await Promise.all(Array.from({ length: 100 }, () => add(file)))
    expect(file.value.count).toBe(100)
    expect((await open()).value.count).toBe(100)
    expect(values.size).toBeLessThan(10)
  })

  test('a change is on the disk when it is acknowledged', async () => {
    const file = await open()
    for (let count = 1; count <= 20; count += 1) {
      const value = await add(file)
      expect(await onDisk()).toContain(`count = ${value.count}`)
    }
  })

  test('a change that fails, or leads to a wrong value, fails alone', async () => {
    const file = await open()
    const outcomes = await Promise.allSettled([
      add(file),
      file.modify(() => {
        throw new Error('mine')
      }),
      file.modify(current => ({ ...current, count: 1000 })),
      add(file),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { message: 'mine' } })
    expect((await open()).value.count).toBe(2)
  })

  test('leaves nothing beside the file', async () => {
    const file = await open()
    await Promise.all([add(file), add(file)])
    expect(await readdir(join(path, '..'))).toEqual(['links.toml'])
  })

  test('goes through a symbolic link, and leaves it one', async () => {
    const real = join(folder, 'real.toml')
    await write('')
    await rm(path)
    await writeFile(real, 'count = 5\n')
    await symlink(real, path)
    await add(await open())
    expect(await readFile(real, 'utf8')).toContain('count = 6')
    expect(await readdir(join(path, '..'))).toEqual(['links.toml'])
  })

  test('a listener that stopped hears no more', async () => {
    const file = await open()
    const heard: number[] = []
    const stop = file.onChange(({ count }) => heard.push(count))
    await add(file)
    stop()
    await add(file)
    expect(heard).toEqual([1])
  })
})

describe('somebody edits the file by hand', () => {
  test('the next change is made on top of the edit', async () => {
    const file = await open()
    await add(file)
    await write('count = 41\nnote = "mine"\n')
    await add(file)
    expect(await onDisk()).toBe('count = 42\nnote = "mine"\n')
  })

  test('an edit of the same length at the same moment is seen as well', async () => {
    const file = await open()
    await add(file)
    await write('count = 7\n')
    expect((await add(file)).count).toBe(8)
  })

  test('a file that does not parse is never written over, and is used again once it is mended', async () => {
    const file = await open()
    await add(file)
    const broken = 'count = 1\n[links\n'
    await write(broken)
    await expect(add(file)).rejects.toMatchObject({
      code: 'file_broken',
      message: expect.stringMatching(/^er\/links\.toml, line 2, column \d+: /),
    })
    expect(await onDisk()).toBe(broken)
    expect(file.value.count).toBe(1)
    await write('count = 9\n')
    expect((await add(file)).count).toBe(10)
  })

  test('a file that is gone is written anew with all that is known', async () => {
    const file = await open()
    await add(file)
    await rm(path)
    await add(file)
    expect(await onDisk()).toBe('count = 2\n')
  })
})
