/** What a person has on the clipboard, as something to share. Each system names copied files in formats of its own. */
import { fileURLToPath } from 'node:url'
import { RedirectUrl } from '../src-server/contract/index.ts'
import type { Clipboard } from './clipboard.ts'

export type ClipboardContents =
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'address'; readonly url: string }
  | { readonly kind: 'text'; readonly text: string }
  /** PNG. */
  | { readonly kind: 'image'; readonly png: Buffer }
  | { readonly kind: 'empty' }

/** Files before text (file managers add the paths as text), text before its picture (spreadsheets add one). */
export async function readContents(clipboard: Clipboard): Promise<ClipboardContents> {
  const paths = await readFiles(clipboard)
  if (paths.length > 0) return { kind: 'files', paths }
  const text = await clipboard.readText()
  const address = readAddress(text)
  if (address) return { kind: 'address', url: address }
  if (text.trim() !== '') return { kind: 'text', text }
  const png = await clipboard.readImage()
  return png ? { kind: 'image', png } : { kind: 'empty' }
}

/** One address and nothing else. */
function readAddress(text: string): string | undefined {
  const word = text.trim()
  return /\s/.test(word) || !RedirectUrl.safeParse(word).success ? undefined : word
}

/** Format → how to read its bytes as paths. */
const fileFormats: Record<string, Record<string, (bytes: Buffer) => string[]>> = {
  linux: {
    'x-special/gnome-copied-files': bytes => readUriList(bytes.toString()),
    'text/uri-list': bytes => readUriList(bytes.toString()),
  },
  darwin: {
    NSFilenamesPboardType: bytes => readPropertyList(bytes.toString()),
    'public.file-url': bytes => readUriList(bytes.toString()),
  },
  // The first file alone: Electron does not hand out the list of them all.
  win32: { FileNameW: bytes => [bytes.toString('utf16le').split('\0')[0] ?? ''].filter(path => path !== '') },
}

async function readFiles(clipboard: Clipboard): Promise<string[]> {
  for (const [format, read] of Object.entries(fileFormats[process.platform] ?? {})) {
    const bytes = await clipboard.readFormat(format)
    const paths = bytes ? read(bytes) : []
    if (paths.length > 0) return paths
  }
  return []
}

/** RFC 2483 lines; GNOME puts the word `copy` or `cut` before them. Only files of this computer count. */
function readUriList(text: string): string[] {
  return text
    .split(/[\r\n\0]+/)
    .filter(line => line.startsWith('file:///'))
    .flatMap(toPath)
}

/** None for an address that is no path: an encoded slash, a broken escape. */
function toPath(fileUrl: string): string[] {
  try {
    return [fileURLToPath(fileUrl)]
  } catch {
    return []
  }
}

/** The paths in macOS' list of copied files: an XML property list that is one array of strings. */
function readPropertyList(xml: string): string[] {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return [...xml.matchAll(/<string>([^<]*)<\/string>/g)].map(([, text = '']) =>
    text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? ''),
  )
}
