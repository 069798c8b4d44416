import { parentPort } from 'node:worker_threads'
import { render } from './render.ts'
import type { SanitiseOptions } from './sanitise.ts'

/** The worker's whole program: one text comes in, its page goes out. */
export interface RenderRequest {
  readonly source: string
  readonly options: SanitiseOptions
}

parentPort?.on('message', ({ source, options }: RenderRequest) => parentPort?.postMessage(render(source, options)))
