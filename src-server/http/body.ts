import type { Context } from 'koa'
import { koaBody } from 'koa-body'
import { AppError } from '../contract/errors.ts'

/** Reads request bodies that are held in memory, once it is known who sends them. File bytes never come this way. */
const usual = { json: 64 * 1024, form: 4 * 1024 }

type Kind = 'json' | 'form'
type Parse = (ctx: Context, next: () => Promise<void>) => Promise<void>

const methods = ['POST', 'PUT', 'PATCH', 'DELETE']
const mediaTypes = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const

interface BodyRules {
  readonly kinds?: readonly Kind[]
  /** Bytes; left out: 64 KB. */
  readonly maxJson?: number | undefined
  /** Bytes; left out: 4 KB. */
  readonly maxForm?: number | undefined
}

/**
 * The parsed body, `{}` where there is none. Throws `bad_json`, `body_too_large`, and `unsupported_media_type` for every
 * kind that is not among `kinds`.
 */
export async function readBody(
  ctx: Context,
  { kinds = ['json'], maxJson = usual.json, maxForm = usual.form }: BodyRules = {},
): Promise<unknown> {
  const { req } = ctx
  if (req.headers['transfer-encoding'] === undefined && !Number(req.headers['content-length'] ?? 0)) return {}
  const kind = kinds.find(kind => ctx.is(mediaTypes[kind]))
  if (!kind) throw new AppError('unsupported_media_type', `Send ${kinds.map(it => mediaTypes[it]).join(' or ')}`)
  await parser(kind, kind === 'json' ? maxJson : maxForm)(ctx, async () => {})
  return (ctx.request as { body?: unknown }).body ?? {}
}

const parsers = new Map<string, Parse>()

/** One for each kind and limit. */
function parser(kind: Kind, limit: number): Parse {
  const known = parsers.get(`${kind} ${limit}`)
  if (known) return known
  const options = { jsonLimit: limit, formLimit: limit, multipart: false, text: false, parsedMethods: methods }
  const made = koaBody({
    ...(options as object),
    json: kind === 'json',
    urlencoded: kind === 'form',
    onError: error => {
      throw refusal(error, kind, limit)
    },
  }) as Parse
  parsers.set(`${kind} ${limit}`, made)
  return made
}

function refusal(error: Error, kind: Kind, limit: number): Error {
  const { status, code } = error as { status?: number; code?: string }
  if (status === 413) {
    return new AppError('body_too_large', `This takes at most ${Math.floor(limit / 1024)} KB here`, { cause: error })
  }
  if (status === 415) return new AppError('unsupported_media_type', 'Send UTF-8, plain or gzipped', { cause: error })
  // zlib's own errors have no status.
  if (status === 400 || code?.startsWith('Z_')) {
    return new AppError(kind === 'json' ? 'bad_json' : 'bad_request', unreadable[kind], { cause: error })
  }
  return error
}

const unreadable = { json: 'This is no JSON that can be read', form: 'This form cannot be read' }
