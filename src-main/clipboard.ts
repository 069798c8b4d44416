/**
 * The system's clipboard behind one small interface. Electron changed its own between the versions that this app runs
 * on: up to 39 it answers at once and by raw format, later by promise and `ClipboardItem`.
 */
import { clipboard as electronClipboard } from 'electron'

export interface Clipboard {
  writeText(text: string): Promise<void>
  /** Empty where there is no text. */
  readText(): Promise<string>
  /** PNG; undefined where there is no picture. */
  readImage(): Promise<Buffer | undefined>
  /** The bytes of one of the system's own formats; undefined where it is not there. */
  readFormat(format: string): Promise<Buffer | undefined>
}

/** The parts of the older interface that are used here. */
interface OlderClipboard {
  writeText(text: string): void
  readText(): string
  readImage(): { isEmpty(): boolean; toPNG(): Buffer }
  readBuffer(format: string): Buffer
}

export function createClipboard(): Clipboard {
  const older: unknown = electronClipboard
  return isOlder(older) ? fromOlder(older) : fromNewer(electronClipboard)
}

const isOlder = (clipboard: unknown): clipboard is OlderClipboard =>
  typeof clipboard === 'object' && clipboard !== null && 'readBuffer' in clipboard

const fromOlder = (clipboard: OlderClipboard): Clipboard => ({
  writeText: async text => clipboard.writeText(text),
  readText: async () => clipboard.readText(),
  readImage: async () => {
    const image = clipboard.readImage()
    return image.isEmpty() ? undefined : image.toPNG()
  },
  readFormat: async format => orUndefined(clipboard.readBuffer(format)),
})

function fromNewer(clipboard: Electron.Clipboard): Clipboard {
  const read = async (...types: string[]): Promise<Buffer | undefined> => {
    for (const item of await clipboard.read()) {
      const type = types.find(each => item.types.includes(each))
      const payload = type === undefined ? undefined : await item.getType(type)
      if (payload instanceof Blob) return orUndefined(Buffer.from(await payload.arrayBuffer()))
    }
    return undefined
  }
  return {
    writeText: text => clipboard.writeText(text),
    readText: () => clipboard.readText(),
    readImage: () => read('image/png'),
    readFormat: format => read(format, `electron application/osclipboard;format="${format}"`),
  }
}

const orUndefined = (bytes: Buffer): Buffer | undefined => (bytes.length > 0 ? bytes : undefined)
