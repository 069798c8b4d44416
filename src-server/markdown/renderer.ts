/// <reference path="../raw.d.ts" />
import { Worker } from 'node:worker_threads'
import type { Rendered } from './render.ts'
import type { RenderRequest } from './render-worker.ts'
import workerCode from './render-worker.ts?code'

/**
 * Renders Markdown in a thread of its own, one text after the other, each within a time and a memory limit: no text,
 * however hostile, holds the server. The thread starts with the first text and ends when there has been none for a while.
 */

/** What was too long, or too intricate, to be made a page of. */
export const tooLong = Symbol('too long')

/** Milliseconds for one text. */
const renderLimit = 5_000
const idleLimit = 60_000
/** Characters: what is sent to each reader is put together in the main thread. */
const longestBody = 8 * 1024 * 1024
const memory = { maxOldGenerationSizeMb: 384 }

export function createRenderer({ limit = renderLimit }: { limit?: number | undefined } = {}) {
  let running: RunningWorker | undefined
  let last: Promise<unknown> = Promise.resolve()
  let idle: NodeJS.Timeout | undefined

  /** A worker that ends by itself is not asked again. */
  function begin(): RunningWorker {
    const begun = start()
    begun.worker.once('exit', () => {
      if (running === begun) running = undefined
    })
    return begun
  }

  async function end(): Promise<void> {
    clearTimeout(idle)
    const ending = running
    running = undefined
    await ending?.worker.terminate()
  }

  async function renderNext(request: RenderRequest): Promise<Rendered | typeof tooLong> {
    clearTimeout(idle)
    running ??= begin()
    const { worker, isReady } = running
    const rendered = (await isReady) ? await ask(worker, request, limit) : tooLong
    if (rendered === tooLong) await end()
    else idle = setTimeout(() => void end(), idleLimit).unref()
    return rendered !== tooLong && rendered.body.length > longestBody ? tooLong : rendered
  }

  return {
    /** Waits for its turn. Never fails: what cannot be rendered is `tooLong`. */
    render(request: RenderRequest): Promise<Rendered | typeof tooLong> {
      const mine = last.then(() => renderNext(request))
      last = mine.catch(() => {})
      return mine
    },
    stop: end,
  }
}

interface RunningWorker {
  readonly worker: Worker
  /** False where it ended before it began. */
  readonly isReady: Promise<boolean>
}

/** Its time to start is not the text's: it says when it is ready. */
function start(): RunningWorker {
  const worker = new Worker(workerCode, { eval: true, resourceLimits: memory, execArgv: [], env: {} })
  // A worker that breaks ends too, and its end is what counts.
  worker.on('error', () => {}).unref()
  const isReady = new Promise<boolean>(resolve =>
    worker.once('message', () => resolve(true)).once('exit', () => resolve(false)),
  )
  return { worker, isReady }
}

/** One question to a worker. A worker that breaks, for want of memory say, has no answer either. */
function ask(worker: Worker, request: RenderRequest, limit: number): Promise<Rendered | typeof tooLong> {
  return new Promise(resolve => {
    const answer = (outcome: Rendered | typeof tooLong) => {
      clearTimeout(timer)
      worker.off('message', answer).off('exit', giveUp)
      resolve(outcome)
    }
    const giveUp = () => answer(tooLong)
    const timer = setTimeout(giveUp, limit)
    worker.once('message', answer).once('exit', giveUp).postMessage(request)
  })
}
