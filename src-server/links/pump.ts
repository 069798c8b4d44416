import type { FileHandle } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { breakOff } from '../http/raw-answer.ts'
import type { ByteRange } from './ranges.ts'

/**
 * File → response, as fast as the client takes it. Two buffers a download: one is read into while the other is sent.
 * Buffers are used again; however many clients are slow, the big ones never take more than `maxBig` × `bigSize`.
 */

const bigSize = 512 * 1024
const smallSize = 32 * 1024
const maxBig = 64

const free: Buffer[] = []
let inUse = 0

/**
 * Sends these bytes as the body of a response whose headers are set, and ends it. Resolves when it is over: true if all
 * was handed to the system, false if the client left. Rejects on a read error; the connection is cut by then, so that
 * nobody takes a part for the whole.
 */
export async function pump(handle: FileHandle, { start, end }: ByteRange, response: ServerResponse): Promise<boolean> {
  const client = watchClient(response)
  const buffers = [takeBuffer(end - start + 1), takeBuffer(end - start + 1)]
  let isSent = false
  try {
    isSent = await sendPieces(readPieces(handle, { start, end }, buffers), client)
    if (isSent) response.end()
    return isSent
  } catch (error) {
    breakOff(response)
    throw error
  } finally {
    client.stop()
    // The system may still be sending from what did not go out: such buffers are not used again.
    for (const buffer of buffers) giveBack(buffer, isSent)
  }
}

/** The bytes in order, read into the buffers in turn: a piece is good until the next but one is asked for. */
async function* readPieces(
  handle: FileHandle,
  { start, end }: ByteRange,
  buffers: readonly Buffer[],
): AsyncGenerator<Buffer> {
  for (let position = start, turn = 0; position <= end; turn++) {
    const buffer = buffers[turn % buffers.length] ?? Buffer.alloc(smallSize)
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - position + 1), position)
    if (bytesRead === 0) throw new Error('The file ended before its size')
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** Sends each piece while the next one is read. False once the client has left. */
async function sendPieces(pieces: AsyncIterable<Buffer>, client: Client): Promise<boolean> {
  let sent = Promise.resolve(true)
  for await (const piece of pieces) {
    if (!(await sent)) return false
    sent = client.send(piece)
  }
  return sent
}

type Client = ReturnType<typeof watchClient>

/** Resolves each piece to whether it went out: false once the client has left, also for pieces that wait. */
function watchClient(response: ServerResponse) {
  let leave: (value: false) => void = () => {}
  const left = new Promise<false>(resolve => {
    leave = resolve
  })
  const handleClose = () => leave(false)
  if (response.destroyed || response.socket?.destroyed) leave(false)
  response.once('close', handleClose)
  return {
    send(piece: Buffer): Promise<boolean> {
      const sent = new Promise<boolean>(resolve => response.write(piece, error => resolve(!error)))
      return Promise.race([sent, left])
    },
    stop: () => response.off('close', handleClose),
  }
}

function takeBuffer(wanted: number): Buffer {
  if (wanted <= smallSize) return Buffer.allocUnsafe(Math.max(wanted, 1))
  if (inUse >= maxBig) return Buffer.allocUnsafe(smallSize)
  inUse++
  return free.pop() ?? Buffer.allocUnsafeSlow(bigSize)
}

function giveBack(buffer: Buffer, isReusable: boolean): void {
  if (buffer.length !== bigSize) return
  inUse--
  if (isReusable) free.push(buffer)
}
