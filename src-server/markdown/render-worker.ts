import { parentPort } from 'node:worker_threads'
import { render } from './render.ts'
import type { SanitiseOptions } from './sanitise.ts'

/** The worker's whole program: it says that it is ready; then one text comes in, and its page goes out. */
export interface RenderRequest {
  readonly source: string
  readonly options: SanitiseOptions
}

parentPort?.on('message', ({ source, options }: RenderRequest) => parentPort?.postMessage(render(source, options)))
parentPort?.postMessage('ready')
