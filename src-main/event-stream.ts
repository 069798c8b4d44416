/** Reads server-sent events (WHATWG HTML, 9.2.6), as far as our own server sends them: names and data. */
import type { Readable } from 'node:stream'

export interface StreamEvent {
  readonly name: string
  readonly data: string
}

/** Every event of a stream as it arrives; ends with the stream. */
export async function* readEvents(stream: Readable): AsyncGenerator<StreamEvent> {
  stream.setEncoding('utf8')
  let rest = ''
  for await (const chunk of stream) {
    const blocks = (rest + chunk).split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = parseBlock(block)
      if (event) yield event
    }
  }
}

/** undefined for a comment, which only keeps the connection open. */
function parseBlock(block: string): StreamEvent | undefined {
  const fields = block.split(/\r?\n/).map(line => /^(\w+): ?(.*)$/.exec(line) ?? [])
  const data = fields.filter(([, field]) => field === 'data').map(([, , value]) => value ?? '')
  if (data.length === 0) return undefined
  const name = fields.find(([, field]) => field === 'event')?.[2] ?? 'message'
  return { name, data: data.join('\n') }
}
