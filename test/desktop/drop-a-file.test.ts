import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import type { Transfer } from '../../src-server/contract/index.ts'
import { dropFiles, launchApp, makeFolder, type TestApp } from '../helpers/app.ts'

const run = promisify(execFile)

test('the link of a dropped file of 1 GiB is on the clipboard, and others download just those bytes', async () => {
  const folder = await makeFolder('drop')
  const file = join(folder, 'Keynote rehearsal.mov')
  await writeLargeFile(file)
  const app = await launchApp()

  await dropFiles(app, [file])
  const link = await waitForLink(app)
  await waitForTransfers(app, 1)

  const got = await download(link, folder)
  expect(got.name).toBe('Keynote rehearsal.mov')
  expect(await hash(got.file)).toBe(await hash(file))
}, 180_000)

const awkwardNames = [
  'naïve résumé – 文件.pdf',
  'a"b;c.txt',
  '🦊🧊 party.png',
  `${'n'.repeat(251)}.txt`,
  'semi;colon, comma & 100%.csv',
]

test('files with awkward names arrive under those names, and the last link is the one on the clipboard', async () => {
  const folder = await makeFolder('drop')
  const out = await makeFolder('got')
  const files = await Promise.all(
    awkwardNames.map(async name => {
      await writeFile(join(folder, name), randomBytes(4096))
      return join(folder, name)
    }),
  )
  const app = await launchApp()

  await dropFiles(app, files)
  const transfers = await waitForTransfers(app, files.length)

  for (const file of files) {
    const transfer = transfers.find(({ name }) => name === basename(file))
    const got = await download(transfer?.shareUrl ?? '', out)
    expect(got.name).toBe(basename(file))
    expect(await hash(got.file)).toBe(await hash(file))
  }
  expect(await app.clipboard()).toBe(transfers.find(({ name }) => name === awkwardNames.at(-1))?.shareUrl)
})

test('a file that is gone by then is refused in words, and the clipboard stays as it was', async () => {
  const { electron, page, clipboard } = await launchApp()
  await electron.evaluate(({ clipboard }) => clipboard.writeText('before'))
  const path = join(await makeFolder('drop'), 'gone.txt')
  await writeFile(path, 'soon gone')
  await page.evaluate(() => {
    const input = document.createElement('input')
    input.type = 'file'
    input.id = 'chosen-by-test'
    document.body.append(input)
  })
  await page.setInputFiles('#chosen-by-test', path)
  await rm(path)

  const answer = await page.evaluate(() => {
    const input = document.querySelector<HTMLInputElement>('#chosen-by-test')
    return window.desktop?.shareFiles([...(input?.files ?? [])])
  })

  expect(answer).toEqual({
    ok: true,
    value: [{ ok: false, name: 'gone.txt', code: 'invalid_input', detail: expect.stringContaining('gone.txt') }],
  })
  expect(await clipboard()).toBe('before')
})

/** 1 GiB in blocks that all differ. */
async function writeLargeFile(path: string): Promise<void> {
  const block = randomBytes(4 * 1024 * 1024)
  const file = await open(path, 'w')
  try {
    for (let i = 0; i < 256; i += 1) {
      block.writeUInt32BE(i, 0)
      await file.write(block)
    }
  } finally {
    await file.close()
  }
}

async function waitForLink(app: TestApp): Promise<string> {
  return vi.waitFor(
    async () => {
      const text = await app.clipboard()
      expect(text).toMatch(/^http:\/\//)
      return text
    },
    { timeout: 15_000, interval: 10 },
  )
}

/** As the page sees them, once that many are done. */
async function waitForTransfers(app: TestApp, count: number): Promise<readonly Transfer[]> {
  return vi.waitFor(
    async () => {
      const body = await app.page.evaluate(async () => (await fetch('/api/v1/transfers')).json())
      const items: readonly Transfer[] = body.items
      expect(items.filter(({ state }) => state === 'done')).toHaveLength(count)
      return items
    },
    { timeout: 60_000, interval: 100 },
  )
}

/** As somebody else on the network would: another program, with nothing but the link. */
async function download(link: string, folder: string): Promise<{ file: string; name: string }> {
  const file = join(folder, `got-${randomBytes(4).toString('hex')}`)
  const { stdout } = await run('curl', [
    '--fail',
    '--silent',
    '--show-error',
    '--dump-header',
    '-',
    '--output',
    file,
    link,
  ])
  const encoded = /filename\*=UTF-8''([^;\r\n]+)/i.exec(stdout)?.[1]
  const plain = /filename="([^"]*)"/.exec(stdout)?.[1]
  return { file, name: encoded === undefined ? (plain ?? '') : decodeURIComponent(encoded) }
}

async function hash(file: string): Promise<string> {
  const sha256 = createHash('sha256')
  await pipeline(createReadStream(file), sha256)
  return sha256.digest('hex')
}
