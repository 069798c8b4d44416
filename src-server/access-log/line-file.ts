import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'

interface LineFileOptions {
  /** Its folder is there. */
  readonly path: string
  readonly limits: () => { readonly maxBytes: number; readonly keep: number }
  /** Hears once that lines are lost, with the system's error, and once how many were when it is over. */
  readonly onTrouble: (error: unknown) => void
  readonly onRelief: (lost: number) => void
}

/** Characters that may wait for a disk that is slow. */
const maxWaiting = 4 * 1024 * 1024

interface OpenFile {
  readonly handle: FileHandle
  readonly inode: bigint
  size: number
}

/**
 * A file of lines that grows beside the work, never in its way: lines wait in memory while others are written, a file
 * that is full makes way for a new one, one that somebody moved (logrotate) is begun anew under its name, and where the
 * disk takes nothing more, lines are dropped and counted.
 */
export function createLineFile({ path, limits, onTrouble, onRelief }: LineFileOptions) {
  let waiting: string[] = []
  let waitingSize = 0
  let lost = 0
  let file: OpenFile | undefined
  let work: Promise<void> | undefined

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const lines = waiting
      waiting = []
      waitingSize = 0
      await write(lines).catch(error => {
        if (lost === 0) onTrouble(error)
        lost += lines.length
      })
    }
    work = undefined
  }

  async function write(lines: readonly string[]): Promise<void> {
    const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''))
    await settle(bytes.length)
    file ??= await openFile(path)
    await append(file, bytes)
    if (lost === 0) return
    onRelief(lost)
    lost = 0
  }

  /** Closes a file that was moved away, and one that would grow too large is moved away. */
  async function settle(more: number): Promise<void> {
    if (!file) return
    const onDisk = await stat(path, { bigint: true }).catch(() => undefined)
    const isOurs = onDisk?.ino === file.inode
    if (isOurs) file.size = Number(onDisk?.size)
    const { maxBytes, keep } = limits()
    const isFull = isOurs && file.size > 0 && file.size + more > maxBytes
    if (isOurs && !isFull) return
    await shut()
    if (isFull) await rotate(path, keep)
  }

  async function shut(): Promise<void> {
    const last = file
    file = undefined
    await last?.handle.close()
  }

  return {
    /** `line` has no end of its own. Returns at once, and never throws. */
    add(line: string): void {
      if (waitingSize > maxWaiting) {
        lost += 1
        return
      }
      waiting.push(line)
      waitingSize += line.length
      work ??= Promise.resolve().then(drain)
    },

    /** Writes what waits, and lets go of the file. */
    async close(): Promise<void> {
      await work
      await shut().catch(() => {})
    },
  }
}

async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path, 'a', 0o600)
  const { ino, size } = await handle.stat({ bigint: true })
  return { handle, inode: ino, size: Number(size) }
}

/** All of it or, where the disk is full, nothing: half a line would spoil the next one. */
async function append(file: OpenFile, bytes: Buffer): Promise<void> {
  try {
    await file.handle.appendFile(bytes)
    file.size += bytes.length
  } catch (error) {
    await file.handle.truncate(file.size).catch(() => {})
    throw error
  }
}

/**
 * access.log → access.1.log → … ; those beyond the last that is kept go. One that cannot be moved goes on growing, rather
 * than lose lines.
 */
async function rotate(path: string, keep: number): Promise<void> {
  const numbered = (index: number) => (index === 0 ? path : path.replace(/(\.\w+)?$/, `.${index}$1`))
  for (let index = keep + 1; await isRemoved(numbered(index)); index += 1);
  for (let index = keep; index > 0; index -= 1) await rename(numbered(index - 1), numbered(index)).catch(() => {})
}

const isRemoved = (path: string): Promise<boolean> =>
  rm(path).then(
    () => true,
    () => false,
  )
