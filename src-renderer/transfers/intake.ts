/**
 * Everything that a person hands to the window, and what becomes of it: files, an address, text.
 * On the desktop, files are shared where they lie; in a browser their bytes are sent.
 */
import type { ShareOutcome } from '../../src-main/contract.ts'
import { type Link, links } from '../../src-server/contract/links.ts'
import { asAddress } from '../lib/address.ts'
import { call } from '../lib/api.ts'
import { noteCopied } from '../lib/clipboard.ts'
import { ask, forOwner, isDesktop, shareFilesInPlace } from '../lib/desktop.ts'
import { messageOf } from '../lib/errors.ts'
import type { Uploads } from './uploads.ts'

interface IntakeOptions {
  /** Whose all of it becomes; `''`: who is signed in. */
  readonly forUser: string
  readonly uploads: Uploads
  /** A link was made from an address: its turn to be copied and shown. */
  readonly onLink: (link: Link) => void
  /** Opens the browser's own file dialog. */
  readonly pickFiles: () => void
  /** Something is on its way: time to show the screen that shows it. */
  readonly onTaken: () => void
}

export function createIntake({ forUser, uploads, onLink, pickFiles, onTaken }: IntakeOptions) {
  /** Dropped files by the code they were given, to share them again where that failed. */
  const dropped = new Map<string, File>()
  const guard = (name: string, work: Promise<void>) => work.catch(error => uploads.refuse(name, messageOf(error)))

  function takeOutcomes(outcomes: readonly ShareOutcome[]): void {
    if (outcomes.length > 0) onTaken()
    for (const outcome of outcomes) {
      if (!outcome.ok) uploads.refuse(outcome.name, outcome.detail)
    }
    // The desktop has put the newest on the clipboard already.
    const newest = outcomes.findLast(outcome => outcome.ok)
    if (newest?.ok) noteCopied(newest.shareUrl)
  }
  async function shareInPlace(files: readonly File[]): Promise<void> {
    const outcomes = await shareFilesInPlace(files, forUser)
    outcomes.forEach((outcome, index) => {
      const file = files[index]
      if (outcome.ok && file) dropped.set(outcome.code, file)
    })
    takeOutcomes(outcomes)
  }
  function shareFiles(files: readonly File[]): void {
    if (files.length === 0) return
    onTaken()
    if (isDesktop) void guard(namesOf(files), shareInPlace(files))
    else uploads.add(files)
  }
  function chooseFiles(): void {
    if (isDesktop) void guard('Your choice', ask('chooseFiles', forOwner(forUser)).then(takeOutcomes))
    else pickFiles()
  }
  /** An address becomes a redirect, other text a text file. */
  function shareText(text: string): void {
    const url = asAddress(text)
    if (url) void guard(url, call(links.create, { type: 'redirect', url }, forUser).then(onLink))
    else if (text.trim()) shareFiles([new File([text], 'Pasted text.txt', { type: 'text/plain' })])
  }
  return {
    ...{ takeOutcomes, shareFiles, shareText, chooseFiles },
    /** The desktop reads its clipboard itself: pages may not. */
    shareClipboard: () => void guard('The clipboard', ask('shareClipboard', forOwner(forUser)).then(takeOutcomes)),
    refuseFolder(name: string): void {
      onTaken()
      uploads.refuse(name, folderWords)
    },
    /** Shares a file again, of which all that is left is the code that it had. */
    shareAgain(code: string): void {
      const file = dropped.get(code)
      if (file) shareFiles([file])
      else chooseFiles()
    },
  }
}

/** A folder in a browser has no bytes of its own to send. */
const folderWords = 'A browser can’t share a folder. Drop the files in it, or make a .zip of it'

export type Intake = ReturnType<typeof createIntake>

const namesOf = (files: readonly File[]): string =>
  files.length === 1 ? (files[0]?.name ?? '') : `${files.length} files`
