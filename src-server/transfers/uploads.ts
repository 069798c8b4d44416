import type { Context } from 'koa'
import { type Link, NewFile } from '../contract/links.ts'
import { parseInput } from '../http/serve.ts'
import { announcedSize, type Fields, type Receiver, receiveUpload, type Upload } from '../http/upload.ts'
import { pageTypeOf } from '../links/content.ts'
import { cleanFileName } from '../links/file-name.ts'
import type { Links, Reservation } from '../links/links.ts'
import type { Who } from '../policy.ts'
import type { Landing } from './landing.ts'
import type { RunningTransfer, Transfers } from './transfers.ts'

/** New links whose files are sent over HTTP, as multipart forms. After every refusal nothing stays behind. */

export interface UploadsOptions {
  readonly links: Links
  readonly landing: Landing
  readonly transfers: Transfers
}

/** An upload whose file has begun. */
interface Begun extends Receiver {
  readonly who: Who
  readonly name: string
  readonly transfer: RunningTransfer
  readonly reservation: Reservation
}

export function createUploads({ links, landing, transfers }: UploadsOptions) {
  async function begin(request: Context['req'], who: Who, sent: { name: string; fields: Fields }): Promise<Begun> {
    const given = parseInput(NewFile, sent.fields)
    const name = cleanFileName(sent.name)
    // Whether it is to be a page may still be said after the file.
    if (sent.fields.type !== undefined || !pageTypeOf(name)) landing.typeOf(given.type, name)
    const [owner, size] = [links.ownerFor(who, given.owner), announcedSize(request)]
    const reservation = links.reserve(owner, given.code)
    const transfer = transfers.start({ kind: 'upload', owner, code: reservation.code, name, size })
    const fail = (error: unknown) => {
      transfer.fail(error)
      reservation.release()
    }
    try {
      const staged = await landing.stage(owner, size)
      return { who, name, transfer, reservation, staged, signal: transfer.signal, progress: transfer.progress, fail }
    } catch (error) {
      fail(error)
      throw error
    }
  }

  /** The same again, or what fields after the file have made of it. */
  function settle({ who, transfer, reservation }: Begun, given: NewFile): Reservation {
    const owner = links.ownerFor(who, given.owner)
    const code = given.code ?? reservation.code
    if (owner === reservation.owner && code === reservation.code) return reservation
    reservation.release()
    const settled = links.reserve(owner, code)
    transfer.become({ code, owner })
    return settled
  }

  async function finish({ fields, size, sha256, receiver }: Upload<Begun>): Promise<Link> {
    const { name, transfer, staged } = receiver
    let { reservation } = receiver
    try {
      const given = parseInput(NewFile, fields)
      reservation = settle(receiver, given)
      const { owner, code } = reservation
      const arrival = { owner, staged, name, size, sha256, type: landing.typeOf(given.type, name) }
      const { link } = await landing.land(arrival, file => links.addFile(owner, code, { file, details: given }))
      transfer.done(size)
      return link
    } catch (error) {
      await staged.discard()
      transfer.fail(error)
      throw error
    } finally {
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
