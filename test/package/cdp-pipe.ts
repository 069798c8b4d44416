/**
 * The debugger's protocol over two pipes (`--remote-debugging-pipe`): JSON, each message ended by a NUL. Enough of it to
 * look into a page from outside.
 */
import type { Readable, Writable } from 'node:stream'

export interface Debugger {
  /** The page of the app's window, once it is there. */
  page(): Promise<DebuggedPage>
}

export interface DebuggedPage {
  /** What the expression, a promise awaited, comes to in the page's own world. */
  evaluate<T>(expression: string): Promise<T>
  send(method: string, params?: object): Promise<Record<string, unknown>>
  /** All events of that name so far, and those to come. */
  events(method: string): readonly Record<string, unknown>[]
}

interface Message {
  readonly id?: number
  readonly sessionId?: string
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

export function openDebugger(input: Writable, output: Readable): Debugger {
  const waiting = new Map<number, (message: Message) => void>()
  const heard = new Map<string, Record<string, unknown>[]>()
  const list = (sessionId: string, method: string) => {
    const key = `${sessionId} ${method}`
    const known = heard.get(key) ?? []
    heard.set(key, known)
    return known
  }
  let rest = ''
  output.setEncoding('utf8').on('data', chunk => {
    const messages = (rest + chunk).split('\0')
    rest = messages.pop() ?? ''
    for (const text of messages) {
      const message: Message = JSON.parse(text)
      if (message.id !== undefined) waiting.get(message.id)?.(message)
      else if (message.method) list(message.sessionId ?? '', message.method).push(message.params ?? {})
    }
  })

  let last = 0
  function send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    last += 1
    const id = last
    input.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`)
    return new Promise((resolve, reject) => {
      waiting.set(id, ({ result = {}, error }) => {
        waiting.delete(id)
        if (error) reject(new Error(`${method}: ${error.message}`))
        else resolve(result)
      })
    })
  }

  async function findPage(): Promise<string> {
    for (;;) {
      const { targetInfos } = (await send('Target.getTargets')) as { targetInfos: { targetId: string; type: string }[] }
      const found = targetInfos.find(({ type }) => type === 'page')
      if (found) return found.targetId
      await new Promise(later => setTimeout(later, 100))
    }
  }

  return {
    async page() {
      const { sessionId } = (await send('Target.attachToTarget', { targetId: await findPage(), flatten: true })) as {
        sessionId: string
      }
      const sendHere = (method: string, params?: object) => send(method, params, sessionId)
      for (const domain of ['Page', 'Runtime', 'Network']) await sendHere(`${domain}.enable`)
      return {
        send: sendHere,
        events: method => list(sessionId, method),
        async evaluate<T>(expression: string): Promise<T> {
          const { result, exceptionDetails } = (await sendHere('Runtime.evaluate', {
            expression,
            awaitPromise: true,
            returnByValue: true,
          })) as { result: { value: T }; exceptionDetails?: { exception?: { description?: string } } }
          if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? 'It threw')
          return result.value
        },
      }
    },
  }
}
