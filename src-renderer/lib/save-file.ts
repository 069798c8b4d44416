/** Saves what the server tells, or what this page made, as a file of the person's own. */
import { AppError, fromProblem } from '../../src-server/contract/errors.ts'
import { actingAs, actingHeaders } from './acting.ts'
import { unreachable } from './api.ts'

/** Fetches a path of the server, for whom the person acts as, and saves it under this name. Throws the server's `AppError`. */
export async function saveFrom(path: string, name: string): Promise<void> {
  const response = await fetch(path, { headers: actingHeaders(actingAs()) }).catch(unreachable)
  if (!response.ok) throw fromProblem(await response.json().catch(() => undefined), response.status)
  saveBlob(await response.blob(), name)
}

/** Saves bytes under this name, where the browser saves its downloads. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  anchor.click()
  // The download has begun by then, and holds on to the bytes itself.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** A path of the server as text, at most this many bytes of it. Throws the server's `AppError`. */
export async function fetchText(path: string, most?: number): Promise<string> {
  const range: Record<string, string> = most === undefined ? {} : { Range: `bytes=0-${most - 1}` }
  const response = await fetch(path, { headers: { ...actingHeaders(actingAs()), ...range } }).catch(unreachable)
  // An empty file has no first byte to ask for.
  if (response.status === 416) return ''
  if (!response.ok) throw fromProblem(await response.json().catch(() => undefined), response.status)
  const text = await response.text().catch(() => undefined)
  if (text === undefined) throw new AppError('not_ready', 'The connection broke before the whole text had arrived')
  return text
}

/** Whether a path of the server leads to something. */
export async function isServed(path: string): Promise<boolean> {
  const response = await fetch(path, { method: 'HEAD', headers: actingHeaders(actingAs()) }).catch(unreachable)
  return response.ok
}
