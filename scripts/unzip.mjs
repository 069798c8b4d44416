/**
 * Reads zip archives with Node alone (APPNOTE 6.3.3, without zip64 and encryption): the machine may have no `unzip`.
 * Every entry is checked against its size and CRC before a byte of it is handed out.
 */
import { mkdir, open, writeFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'

const endRecord = { size: 22, longestComment: 0xffff }
const centralHeader = { signature: 0x02014b50, size: 46 }
const localHeaderSize = 30
const inflate = promisify(inflateRaw)

/** @typedef {{ name: string, mode: number, method: number, crc: number, packed: number, size: number, at: number }} Entry */

/**
 * Unpacks an archive's files.
 * @param {string} archive
 * @param {string} folder
 * @param {(name: string) => string | undefined} place entry name → path inside the folder, or nothing to leave it out
 */
export async function unzip(archive, folder, place) {
  const file = await open(archive)
  try {
    for (const entry of await readDirectory(file)) {
      const path = entry.name.endsWith('/') ? undefined : place(entry.name)
      if (path === undefined) continue
      if (normalize(path).startsWith('..')) throw new Error(`${archive}: ${entry.name} leads out of its folder`)
      const target = join(folder, path)
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, await readEntry(file, entry), { mode: entry.mode & 0o777 || 0o644 })
    }
  } finally {
    await file.close()
  }
}

/** @param {import('node:fs/promises').FileHandle} file @returns {Promise<Entry[]>} */
async function readDirectory(file) {
  const { size } = await file.stat()
  const tail = await readAt(file, Math.max(0, size - endRecord.size - endRecord.longestComment), size)
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06'))
  if (end === -1) throw new Error('Not a zip archive, or it was cut off')
  const start = tail.readUInt32LE(end + 16)
  const directory = await readAt(file, start, start + tail.readUInt32LE(end + 12))
  const entries = []
  for (let at = 0; at < directory.length; ) {
    if (directory.readUInt32LE(at) !== centralHeader.signature) throw new Error('The zip archive is damaged')
    const nameEnd = at + centralHeader.size + directory.readUInt16LE(at + 28)
    entries.push({
      name: directory.toString('utf8', at + centralHeader.size, nameEnd),
      mode: directory.readUInt32LE(at + 38) >>> 16,
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      at: directory.readUInt32LE(at + 42),
    })
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return entries
}

/** @param {import('node:fs/promises').FileHandle} file @param {Entry} entry */
async function readEntry(file, entry) {
  const header = await readAt(file, entry.at, entry.at + localHeaderSize)
  const start = entry.at + localHeaderSize + header.readUInt16LE(26) + header.readUInt16LE(28)
  const packed = await readAt(file, start, start + entry.packed)
  const bytes = entry.method === 0 ? packed : await inflate(packed)
  if (bytes.length !== entry.size || crc32(bytes) !== entry.crc)
    throw new Error(`${entry.name} is damaged in its archive`)
  return bytes
}

/** @param {import('node:fs/promises').FileHandle} file @param {number} start @param {number} end @returns {Promise<Buffer>} */
async function readAt(file, start, end) {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start)
  if (bytesRead !== end - start) throw new Error('The zip archive is cut off')
  return buffer
}
