import type { Context } from 'koa'
import { type Link, NewContentFile } from '../contract/links.ts'
import { parseInput } from '../http/serve.ts'
import { announcedSize, type Fields, type Receiver, receiveUpload, type Upload } from '../http/upload.ts'
import { pageTypeOf } from '../links/content.ts'
import { cleanFileName } from '../links/file-name.ts'
import type { Who } from '../policy.ts'
import type { FileType, Landing } from './landing.ts'
import type { RunningTransfer } from './transfers.ts'
import type { UploadsOptions } from './uploads.ts'

/** Files that take the place of what a link leads to. Until the new one is whole the old one serves, and after a refusal too. */

interface Begun extends Receiver {
  readonly name: string
  /** As it was when the file began. */
  readonly link: Link
  readonly transfer: RunningTransfer
}

export function createReplacements({ links, landing, transfers }: UploadsOptions) {
  async function begin(request: Context['req'], link: Link, sent: { name: string; fields: Fields }): Promise<Begun> {
    const name = cleanFileName(sent.name)
    if (sent.fields.type !== undefined || !pageTypeOf(name)) typeOf(landing, { link, name, fields: sent.fields })
    const { owner, code } = link
    const size = announcedSize(request)
    const transfer = transfers.start({ kind: 'upload', owner, code, name, size })
    const { signal, progress, fail } = transfer
    try {
      return { name, link, transfer, staged: await landing.stage(owner, size), signal, progress, fail }
    } catch (error) {
      fail(error)
      throw error
    }
  }

  async function finish(who: Who, { fields, size, sha256, receiver }: Upload<Begun>): Promise<Link> {
    const { name, link, transfer, staged } = receiver
    try {
      const type = typeOf(landing, { link, name, fields })
      const arrival = { owner: link.owner, staged, name, size, sha256, type }
      const landed = await landing.land(arrival, file => links.replaceFile(who, link, file))
      transfer.done(size)
      return landed.link
    } catch (error) {
      await staged.discard()
      transfer.fail(error)
      throw error
    }
  }

  return {
    /** Takes a multipart request in and answers 200 with the changed link. Throws `not_found`, and what refuses the file. */
    async replace(ctx: Context, who: Who, code: string): Promise<void> {
      const link = links.get(who, code)
      const upload = await receiveUpload(ctx.req, {
        maxFileSize: landing.limits().maxFileSize,
        begin: (name, fields) => begin(ctx.req, link, { name, fields }),
      })
      ctx.body = await finish(who, upload)
      ctx.status = 200
    },
  }
}

/** A page stays a page where the file can be one, and everything else becomes a file, unless its sender says otherwise. */
function typeOf(
  landing: Landing,
  { link, name, fields }: { readonly link: Link; readonly name: string; readonly fields: Fields },
): FileType {
  const { type: wanted } = parseInput(NewContentFile, fields)
  const isPage = link.type === 'markdown' || link.type === 'html'
  return landing.typeOf(wanted ?? ((isPage && pageTypeOf(name)) || 'file'), name)
}
