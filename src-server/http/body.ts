import type { Context } from 'koa'
import { koaBody } from 'koa-body'
import { AppError } from '../contract/errors.ts'

/** Reads small request bodies, once it is known who sends them. File bytes never come this way. */
const limits = { json: 64 * 1024, form: 4 * 1024 }

type Kind = 'json' | 'form'
type Parse = (ctx: Context, next: () => Promise<void>) => Promise<void>

const methods = ['POST', 'PUT', 'PATCH', 'DELETE']
const common = { jsonLimit: limits.json, formLimit: limits.form, multipart: false, text: false, parsedMethods: methods }
const mediaTypes = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const

/**
 * The parsed body, `{}` where there is none. Throws `bad_json`, `body_too_large`, and `unsupported_media_type` for every
 * kind that is not among `kinds`.
 */
export async function readBody(ctx: Context, kinds: readonly Kind[] = ['json']): Promise<unknown> {
  const { req } = ctx
  if (req.headers['transfer-encoding'] === undefined && !Number(req.headers['content-length'] ?? 0)) return {}
  const kind = kinds.find(kind => ctx.is(mediaTypes[kind]))
  if (!kind) throw new AppError('unsupported_media_type', `Send ${kinds.map(it => mediaTypes[it]).join(' or ')}`)
  await parse[kind](ctx, async () => {})
  return (ctx.request as { body?: unknown }).body ?? {}
}

const parser = (kind: Kind): Parse =>
  koaBody({
    ...(common as object),
    json: kind === 'json',
    urlencoded: kind === 'form',
    onError: error => {
      throw refusal(error, kind)
    },
  }) as Parse

const parse = { json: parser('json'), form: parser('form') }

function refusal(error: Error, kind: Kind): Error {
  const { status } = error as { status?: number }
  if (status === 413) {
    return new AppError('body_too_large', `This takes at most ${limits[kind] / 1024} KB here`, { cause: error })
  }
  if (status === 415) return new AppError('unsupported_media_type', 'Send UTF-8, plain or gzipped', { cause: error })
  if (status === 400)
    return new AppError(kind === 'json' ? 'bad_json' : 'bad_request', unreadable[kind], { cause: error })
  return error
}

const unreadable = { json: 'This is no JSON that can be read', form: 'This form cannot be read' }
