/** Sends a form with a file to a route that answers JSON, with progress and a way to stop. */
import type { z } from 'zod'
import { AppError } from '../../src-server/contract/errors.ts'
import { fromReply, type Route } from '../../src-server/contract/route.ts'
import { changeHeaders, isWorthWaiting } from './api.ts'

interface SendOptions {
  readonly signal: AbortSignal
  /** Hears which share of the form has left, 0 to 1. The form is a little more than the file in it. */
  readonly onProgress: (share: number) => void
  /** For whom it is sent; `''`: who is signed in. */
  readonly forUser: string
}

/**
 * Waits and sends it anew where many forms go too fast. Throws the server's own `AppError`, `not_ready` where the connection
 * broke, or `cancelled` when `signal` stops it.
 */
export async function sendForm<In extends z.ZodType, Out extends z.ZodType>(
  route: Pick<Route<In, Out>, 'method' | 'path' | 'output'>,
  form: FormData,
  options: SendOptions,
): Promise<z.output<Out>> {
  for (;;) {
    try {
      return await sendOnce(route, form, options)
    } catch (error) {
      if (!isWorthWaiting(error, route)) throw error
      await new Promise(resolve => setTimeout(resolve, (error.retryAfter ?? 1) * 1000))
      if (options.signal.aborted) throw stopped()
    }
  }
}

function sendOnce<In extends z.ZodType, Out extends z.ZodType>(
  route: Pick<Route<In, Out>, 'method' | 'path' | 'output'>,
  form: FormData,
  { signal, onProgress, forUser }: SendOptions,
): Promise<z.output<Out>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(route.method, route.path)
    for (const [name, value] of Object.entries(changeHeaders(forUser))) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total)
    request.onload = () => {
      try {
        resolve(fromReply(route, request.status, readJson(request.responseText)))
      } catch (error) {
        reject(error)
      }
    }
    request.onerror = () => reject(new AppError('not_ready', 'The connection broke before the whole file had arrived'))
    request.onabort = () => reject(stopped())
    signal.addEventListener('abort', () => request.abort())
    request.send(form)
  })
}

const stopped = () => new AppError('cancelled', 'You stopped it')

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
