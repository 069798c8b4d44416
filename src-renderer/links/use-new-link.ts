/** What is being typed on the New link screen, what is wrong with it, and how a link is made of it. */
import { useState } from 'react'
import { AppError, toFieldErrors } from '../../src-server/contract/errors.ts'
import type { HtmlMode } from '../../src-server/contract/html-mode.ts'
import { type Link, NewFile, NewLink } from '../../src-server/contract/links.ts'
import { completeAddress } from '../lib/address.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { type CommonDraft, emptyDraft } from './LinkFields.tsx'
import { useCreateLink } from './queries.ts'
import { useSending } from './use-sending.ts'

export const newKinds = ['redirect', 'file', 'markdown', 'html'] as const
export type NewKind = (typeof newKinds)[number]
export const isNewKind = (text: string): text is NewKind => newKinds.some(kind => kind === text)

interface Draft extends CommonDraft {
  readonly url: string
  readonly content: string
  readonly file: File | undefined
  /** Of an HTML page. */
  readonly htmlMode: HtmlMode | undefined
}

export function useNewLink(kind: NewKind) {
  const [draft, setDraft] = useState<Draft>({
    ...emptyDraft,
    url: '',
    content: '',
    file: undefined,
    htmlMode: undefined,
  })
  const [refusal, setRefusal] = useState<unknown>()
  const create = useCreateLink()
  const { sending, error, send, stop } = useSending()

  /** The link; `undefined` where something is to be mended first. */
  async function make(): Promise<Link | undefined> {
    setRefusal(undefined)
    try {
      if (kind !== 'file') return await create.mutateAsync(checkedLink(kind, draft))
      return await send(checkedFile(draft), { fields: commonOf(draft) })
    } catch (cause) {
      setRefusal(cause)
      return undefined
    }
  }
  return {
    draft,
    set(part: Partial<Draft>) {
      setRefusal(undefined)
      setDraft(before => ({ ...before, ...part }))
    },
    errors: fieldErrorsOf(refusal ?? error),
    /** A code or an address is quickly typed again; a page is not. */
    isUnsaved: draft.content !== '' || sending !== undefined,
    make,
    isMaking: create.isPending || sending !== undefined,
    sending,
    stop,
  }
}

function checkedLink(kind: Exclude<NewKind, 'file'>, draft: Draft): NewLink {
  const { url, content, htmlMode } = draft
  const special =
    kind === 'redirect'
      ? { type: kind, url: completeAddress(url) }
      : { type: kind, content, ...(kind === 'html' && { htmlMode }) }
  const checked = NewLink.safeParse({ ...special, ...commonOf(draft) })
  if (checked.success) return checked.data
  throw new AppError('invalid_input', 'Some fields need another look', { errors: toFieldErrors(checked.error) })
}

function checkedFile(draft: Draft): File {
  const checked = NewFile.safeParse(commonOf(draft))
  const errors = checked.success ? [] : toFieldErrors(checked.error)
  const missing = draft.file ? [] : [{ path: 'file', message: 'Choose a file' }]
  if (draft.file && errors.length === 0) return draft.file
  throw new AppError('invalid_input', 'Some fields need another look', { errors: [...missing, ...errors] })
}

/** What is empty is left out: the server then does what it does by itself. */
const commonOf = ({ code, title, expiresAt, owner, password, maxVisits }: CommonDraft) => ({
  ...(code.trim() && { code: code.trim() }),
  ...(title.trim() && { title: title.trim() }),
  ...(expiresAt && { expiresAt }),
  ...(owner && { owner }),
  ...(password && { password }),
  ...(maxVisits && { maxVisits }),
})
