import type { Middleware } from 'koa'

/** `GET /healthz`, for whoever watches over the process: no sign-in, and nothing told but that it answers. */
export function answerHealth(): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== '/healthz' || !['GET', 'HEAD'].includes(ctx.method)) return next()
    ctx.set('Cache-Control', 'no-store')
    ctx.body = { status: 'ok' }
  }
}
