import type Router from '@koa/router'
import type { Context } from 'koa'
import { AppError } from '../contract/errors.ts'
import { api, backupFilePath } from '../contract/index.ts'
import { readBody } from '../http/body.ts'
import { whoOf } from '../http/doors.ts'
import { parseInput, requireAccess, serve } from '../http/serve.ts'
import { sendFile } from '../links/download.ts'
import { asciiFileName } from '../links/file-name.ts'
import type { Who } from '../policy.ts'
import type { Backups } from './backups.ts'
import type { Restore } from './restore.ts'

interface BackupRoutesOptions {
  readonly backups: Backups
  readonly restore: Restore
}

/** The calls about backups. On one URL, a multipart form brings a zip to restore and JSON names one that is here. */
export function backupRoutes(router: Router, { backups, restore }: BackupRoutesOptions): void {
  router.post(api.backups.list.path, ctx => streamBackup(ctx as unknown as Context, backups))

  router.get(backupFilePath(':name').replace('%3A', ':'), async ctx => {
    const context = ctx as unknown as Context
    const name = String(ctx.params.name)
    const file = await backups.open(requireAccess(whoOf(context), 'user', 'admin'), name)
    await sendFile(context, { file, name })
  })

  router.post(api.backups.restore.path, async (ctx, next) => {
    if (!ctx.is('multipart')) return next()
    const context = ctx as unknown as Context
    const who = requireAccess(whoOf(context), api.backups.restore.access, 'admin')
    ctx.body = await restore.receive(context.req, { who, leaving: leavingOf(context) })
  })

  serve(router, api.backups.list, (_, who) => backups.list(who))
  serve(router, api.backups.store, ({ user }, who) => backups.store(who, user))
  serve(router, api.backups.remove, ({ name }, who) => backups.remove(who, name))
  serve(router, api.backups.restore, (given, who, ctx) => restore.stored({ who, leaving: leavingOf(ctx) }, given))
  serve(router, api.backups.saveTo, ({ name, path }, who) => backups.saveTo(who, name, path))
  serve(router, api.backups.bringIn, ({ path }, who) => restore.bringIn(who, path))
}

async function streamBackup(ctx: Context, backups: Backups): Promise<void> {
  const who: Who = requireAccess(whoOf(ctx), api.backups.store.access, 'admin')
  const { user } = parseInput(api.backups.store.input, await readBody(ctx))
  const { zip, name } = backups.stream(who, user, leavingOf(ctx))
  ctx.set({ 'Content-Type': 'application/zip', 'Cache-Control': 'no-store' })
  ctx.attachment(name, { fallback: asciiFileName(name) })
  ctx.body = zip
}

/** Aborts when nobody waits for the answer any more. */
function leavingOf(ctx: Context): AbortSignal {
  const leaving = new AbortController()
  ctx.res.once('close', () => leaving.abort(new AppError('cancelled', 'The visitor left')))
  return leaving.signal
}
