import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { listAsar, packAsar } from '../../scripts/asar.mjs'
import { ensureRuntime, installCarried } from '../../scripts/electron-runtime.mjs'
import { readFuses, setFuses } from '../../scripts/fuses.mjs'
import { unzip } from '../../scripts/unzip.mjs'

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trunk8-test-runtime-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('a damaged download is refused, and nothing of it counts later', async () => {
  const cache = await makeFolder()
  const fetchTarball = async (folder: string) => {
    const tarball = join(folder, 'package.tgz')
    await writeFile(tarball, 'not what was published')
    return tarball
  }
  const installing = installCarried({ cache, fetchTarball, say: () => {} })
  await expect(installing).rejects.toThrow('is damaged: its hash is not the published one. Try again')
  expect(await readdir(cache)).toEqual([])
})

test('a download that breaks off leaves nothing behind', async () => {
  const cache = await makeFolder()
  const fetchTarball = async (folder: string) => {
    await writeFile(join(folder, 'half.tgz'), 'half')
    throw new Error('the connection broke')
  }
  await expect(installCarried({ cache, fetchTarball, say: () => {} })).rejects.toThrow('the connection broke')
  expect(await readdir(cache)).toEqual([])
})

test('a runtime that is there is used without a word', async () => {
  const lines: string[] = []
  const runtime = await ensureRuntime(line => lines.push(line))
  expect(lines).toEqual([])
  expect(runtime.version).toMatch(/^\d+\.\d+\.\d+/)
})

test('a zip archive is unpacked with its contents and modes, and what is left out is not', async () => {
  const folder = await makeFolder()
  const zip = join(folder, 'a.zip')
  await writeFile(zip, makeZip({ 'top/run': 'echo', 'top/skip/x': 'x' }))
  await unzip(zip, join(folder, 'out'), name => (name.includes('skip') ? undefined : name.slice('top/'.length)))
  expect(await readdir(join(folder, 'out'))).toEqual(['run'])
  expect(await readFile(join(folder, 'out', 'run'), 'utf8')).toBe('echo')
})

test('a zip archive that is cut off, damaged or leads out of its folder is refused', async () => {
  const folder = await makeFolder()
  const whole = makeZip({ file: 'contents that fill a line' })
  const damaged = Buffer.from(whole)
  damaged.writeUInt8(damaged.readUInt8(40) ^ 0xff, 40)
  const broken = { cut: whole.subarray(0, -30), damaged, escaping: makeZip({ '../../file': 'x' }) }
  for (const [name, bytes] of Object.entries(broken)) {
    const zip = join(folder, name)
    await writeFile(zip, bytes)
    await expect(unzip(zip, join(folder, 'out'), path => path)).rejects.toThrow()
  }
  await mkdir(join(folder, 'out'), { recursive: true })
  expect(await readdir(join(folder, 'out'))).toEqual([])
})

test('setting one fuse leaves the others', async () => {
  const binary = join(await makeFolder(), 'binary')
  await writeFile(binary, Buffer.from('…before…dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\x01\x0810r01100…after…', 'latin1'))
  await setFuses(binary, { nodeCliInspect: true, browserV8Snapshot: false })
  expect(await readFuses(binary)).toMatchObject({ runAsNode: true, nodeCliInspect: true, browserV8Snapshot: false })
  expect(await readFile(binary, 'latin1')).toContain('\x01\x0810r11100')
})

test('an archive of ours lists what was put in', async () => {
  const archive = join(await makeFolder(), 'a.asar')
  await writeFile(archive, packAsar({ 'package.json': '{}', 'main.js': 'ö' }))
  expect(await listAsar(archive)).toEqual([
    { path: 'package.json', size: 2, isUnpacked: false },
    { path: 'main.js', size: 2, isUnpacked: false },
  ])
})

/** A small archive of deflated files. */
function makeZip(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const packed = deflateRawSync(text)
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(8, 4)
    facts.writeUInt32LE(crc32(text), 10)
    facts.writeUInt32LE(packed.length, 14)
    facts.writeUInt32LE(Buffer.byteLength(text), 18)
    facts.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), facts, Buffer.from(name), packed])
    const where = Buffer.alloc(14)
    where.writeUInt32LE(0o100755 * 0x10000, 6)
    where.writeUInt32LE(offset, 10)
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), facts, where, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(centrals.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end])
}
