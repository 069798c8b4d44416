import { join } from 'node:path'
import type { Context, Middleware } from 'koa'
import { clientOf } from '../http/client.ts'
import { listenerOf } from '../http/doors.ts'
import type { Log } from '../log.ts'
import type { Settings } from '../settings/settings.ts'
import { countBody } from './count-body.ts'
import { formatVisit, type Visit } from './line.ts'
import { createLineFile } from './line-file.ts'

interface AccessLogOptions {
  /** The folder of logs; it is there. */
  readonly folder: string
  readonly settings: () => Settings['accessLog']
  readonly log: Pick<Log, 'info' | 'error'>
}

/** What a listener could not even read as a request. */
export interface Refusal {
  readonly address: string
  readonly status: number
  readonly bytes: number
}

/** As nginx: the client went before it had its answer. */
const clientLeft = 499

/** logs/access.log: every request of the network, in the form that nginx writes and fail2ban reads. */
export function createAccessLog({ folder, settings, log }: AccessLogOptions) {
  const file = createLineFile({
    path: join(folder, 'access.log'),
    limits: settings,
    onTrouble: error => log.error('The access log cannot be written; its lines are lost until it can', error),
    onRelief: lost => log.info(`The access log is written again; ${lost} lines were lost`),
  })
  const add = (visit: Visit) => void (settings().isOn && file.add(formatVisit(visit)))

  return {
    /** Writes the request down once it is over. The desktop's own door is nobody's visit. */
    middleware: (): Middleware => async (ctx, next) => {
      if (listenerOf(ctx) === 'lan' && settings().isOn) follow(ctx, add)
      await next()
    },

    refused({ address, status, bytes }: Refusal): void {
      const nothing = { request: undefined, referer: undefined, userAgent: undefined }
      add({ ...nothing, address, status, bytes, at: new Date() })
    },

    close: () => file.close(),
  }
}

function follow(ctx: Context, add: (visit: Visit) => void): void {
  const { req, res } = ctx
  const sent = countBody(req.method === 'HEAD' ? undefined : res)
  const { method = '', url: target = '', httpVersion: version } = req
  const { referer, 'user-agent': userAgent } = req.headers
  res.once('close', () => {
    const status = res.writableFinished ? res.statusCode : clientLeft
    const request = { method, target, version }
    add({ address: clientOf(ctx).address, at: new Date(), request, status, bytes: sent(), referer, userAgent })
  })
}
