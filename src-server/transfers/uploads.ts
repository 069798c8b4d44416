import type { Context } from 'koa'
import { type Link, NewFile } from '../contract/links.ts'
import { parseInput } from '../http/serve.ts'
import { announcedSize, type Fields, type Receiver, receiveUpload, type Upload } from '../http/upload.ts'
import { cleanFileName } from '../links/file-name.ts'
import type { Links, Reservation } from '../links/links.ts'
import type { Who } from '../policy.ts'
import type { Landing } from './landing.ts'
import type { RunningTransfer, Transfers } from './transfers.ts'

/** Files that are sent over HTTP, as multipart forms. After every refusal nothing stays behind. */

interface UploadsOptions {
  readonly links: Links
  readonly landing: Landing
  readonly transfers: Transfers
}

/** An upload whose file has begun. */
interface Begun extends Receiver {
  readonly owner: string
  readonly name: string
  readonly transfer: RunningTransfer
  readonly reservation: Reservation
}

export function createUploads({ links, landing, transfers }: UploadsOptions) {
  async function begin(request: Context['req'], who: Who, sent: { name: string; fields: Fields }): Promise<Begun> {
    const { code } = parseInput(NewFile, filledIn(sent.fields))
    const name = cleanFileName(fromForm(sent.name))
    landing.check(name)
    const [owner, size] = [who.username, announcedSize(request)]
    const reservation = links.reserve(owner, code)
    const transfer = transfers.start({ kind: 'upload', owner, code: reservation.code, name, size })
    const fail = (error: unknown) => {
      transfer.fail(error)
      reservation.release()
    }
    try {
      const staged = await landing.stage(owner, size)
      return { owner, name, transfer, reservation, staged, signal: transfer.signal, progress: transfer.progress, fail }
    } catch (error) {
      fail(error)
      throw error
    }
  }

  async function finish({ fields, size, sha256, receiver }: Upload<Begun>): Promise<Link> {
    const { owner, name, transfer, reservation, staged } = receiver
    let other: Reservation | undefined
    try {
      const { code, ...details } = parseInput(NewFile, filledIn(fields))
      if (code !== undefined && code !== reservation.code) {
        other = links.reserve(owner, code)
        transfer.setCode(code)
      }
      const arrival = { owner, code: code ?? reservation.code, staged, name, size, sha256, details }
      const { link } = await landing.land(arrival)
      transfer.done(size)
      return link
    } catch (error) {
      await staged.discard()
      transfer.fail(error)
      throw error
    } finally {
      other?.release()
      reservation.release()
    }
  }

  return {
    /** Takes a multipart request in and answers 201 with its link. Throws what refuses it. */
    async receive(ctx: Context, who: Who): Promise<void> {
      const upload = await receiveUpload(ctx.req, {
        maxFileSize: landing.limits().maxFileSize,
        begin: (name, fields) => begin(ctx.req, who, { name, fields }),
      })
      const link = await finish(upload)
      ctx.status = 201
      ctx.set('Location', `/api/v1/links/${encodeURIComponent(link.code)}`)
      ctx.body = link
    },
  }
}

/** A form sends its empty fields too. */
const filledIn = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value.trim() !== ''))

/** Forms write these three as browsers and curl do (WHATWG HTML, section 4.10.22.8). */
const fromForm = (name: string): string => name.replaceAll('%22', '"').replace(/%0[DA]/gi, '')
