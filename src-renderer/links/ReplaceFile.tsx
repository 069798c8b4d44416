/** Puts another file in the place of what a link shares, chosen by the button or dropped on the panel. Asks before. */
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import type { Link } from '../../src-server/contract/links.ts'
import { messageOf } from '../lib/errors.ts'
import { formatSize } from '../lib/format.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { say } from '../ui/Toaster.tsx'
import { sharedName } from './link-words.ts'
import { SendingBar } from './SendingBar.tsx'
import { useSending } from './use-sending.ts'

interface Replacing {
  readonly choose: () => void
  readonly drop: (event: DragEvent) => void
  readonly isSending: boolean
  /** Where the file is on its way, or why it did not get there. */
  readonly progress: ReactNode
  /** The question before, and the hidden field. */
  readonly rest: ReactNode
}

export function useReplaceFile(link: Link | undefined): Replacing {
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File>()
  const { sending, error, send, stop } = useSending()
  const close = () => setFile(undefined)

  async function replace() {
    if (!file || !link) return
    close()
    const changed = await send(file, { code: link.code })
    if (changed) say(`/${changed.code} now shares ${changed.originalFilename ?? file.name}`)
  }
  return {
    choose: () => input.current?.click(),
    drop(event) {
      event.preventDefault()
      setFile(event.dataTransfer.files[0])
    },
    isSending: sending !== undefined,
    progress: (
      <>
        {sending && <SendingBar sending={sending} onStop={stop} />}
        {error !== undefined && (
          <p className="bad sm" role="alert">
            {messageOf(error)}
          </p>
        )}
      </>
    ),
    rest: (
      <>
        <input
          ref={input}
          type="file"
          hidden
          aria-label="New file"
          onChange={({ target }) => {
            setFile(target.files?.[0])
            target.value = ''
          }}
        />
        {file && link && <Question link={link} file={file} onClose={close} onReplace={() => void replace()} />}
      </>
    ),
  }
}

interface QuestionProps {
  readonly link: Link
  readonly file: File
  readonly onClose: () => void
  readonly onReplace: () => void
}

function Question({ link, file, onClose, onReplace }: QuestionProps) {
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary">
        Replace file
      </button>
    </>
  )
  return (
    <Dialog title={`Replace the file of /${link.code}`} onClose={onClose} onSubmit={onReplace} buttons={buttons}>
      <p>
        <span className="strong">{file.name}</span> ({formatSize(file.size)}) takes the place of{' '}
        <span className="strong">{sharedName(link)}</span>.
      </p>
      <p className="muted sm">
        The link stays the same. The old file serves until the new one is here, then it is gone.
      </p>
    </Dialog>
  )
}
