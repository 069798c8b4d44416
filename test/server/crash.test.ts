import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parse } from 'smol-toml'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sweepTemporaries } from '../../src-server/storage/durable.ts'

let folder: string
let writer: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-'))
  const input = fileURLToPath(new URL('../helpers/toml-writer.ts', import.meta.url))
  await build({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      emptyOutDir: true,
      outDir: join(folder, 'bundle'),
      rolldownOptions: { input, output: { entryFileNames: 'writer.mjs' } },
    },
  })
  writer = join(folder, 'bundle/writer.mjs')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Lets the writer run until it has acknowledged `atLeast` rows and a bit more, then kills it. Its acknowledged rows. */
async function writeAndKill(path: string, from: number, atLeast: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, path, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  const isEnough = new Promise<void>((resolve, reject) => {
    child.once('exit', code => reject(new Error(`The writer ended by itself with ${code}`)))
    child.stdout.setEncoding('utf8').on('data', text => {
      said += text
      if (said.split('\n').length > atLeast) resolve()
    })
  })
  await isEnough
  await sleep(Math.random() * 10)
  child.removeAllListeners('exit')
  child.kill('SIGKILL')
  await once(child, 'close')
  return said.split('\n').slice(0, -1)
}

test('nothing that was acknowledged is lost when the process is killed, thirty times over', {
  timeout: 60_000,
}, async () => {
  const path = join(folder, 'data/links.toml')
  const acknowledged: string[] = []
  for (let round = 0; round < 30; round += 1) {
    acknowledged.push(...(await writeAndKill(path, round * 100_000, 5)))
    const { rows } = parse(await readFile(path, 'utf8')) as { rows: Record<string, unknown> }
    expect(acknowledged.filter(row => !(row in rows))).toEqual([])
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(150)
  await sweepTemporaries(join(folder, 'data'))
  expect(await readdir(join(folder, 'data'))).toEqual(['links.toml'])
})
