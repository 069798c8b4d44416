/** Electron's archive format, as far as we need it: flat archives of a few texts are written, any is listed. */
import { open } from 'node:fs/promises'

/**
 * @param {Readonly<Record<string, string>>} files name → text
 * @returns {Buffer} the archive
 */
export function packAsar(files) {
  /** @type {Record<string, { size: number, offset: string }>} */
  const index = {}
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const size = Buffer.byteLength(text)
    index[name] = { size, offset: String(offset) }
    offset += size
  }
  const json = Buffer.from(JSON.stringify({ files: index }))
  const padded = Buffer.alloc(Math.ceil(json.length / 4) * 4)
  json.copy(padded)
  const head = Buffer.alloc(16)
  for (const [at, value] of [4, padded.length + 8, padded.length + 4, json.length].entries()) {
    head.writeUInt32LE(value, at * 4)
  }
  return Buffer.concat([head, padded, ...Object.values(files).map(text => Buffer.from(text))])
}

/**
 * @param {string} archive
 * @returns {Promise<{ path: string, size: number, isUnpacked: boolean }[]>} every file in it
 */
export async function listAsar(archive) {
  const file = await open(archive)
  try {
    const head = (await file.read(Buffer.alloc(16), 0, 16, 0)).buffer
    const length = head.readUInt32LE(12)
    const json = (await file.read(Buffer.alloc(length), 0, length, 16)).buffer
    return listFolder(JSON.parse(json.toString()), '')
  } finally {
    await file.close()
  }
}

/** @typedef {{ files?: Record<string, Node>, size?: number, unpacked?: boolean }} Node */

/** @param {Node} node @param {string} path @returns {{ path: string, size: number, isUnpacked: boolean }[]} */
function listFolder(node, path) {
  if (!node.files) return [{ path, size: node.size ?? 0, isUnpacked: node.unpacked === true }]
  return Object.entries(node.files).flatMap(([name, child]) => listFolder(child, path ? `${path}/${name}` : name))
}
