/** What the screens share things with: the uploads, the intake, the New link dialog and the browser's file dialog. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { type ChangeEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import type { Link } from '../src-server/contract/links.ts'
import { actingAs } from './lib/acting.ts'
import { copy } from './lib/clipboard.ts'
import { onDesktop } from './lib/desktop.ts'
import { keys } from './lib/keys.ts'
import { navigate } from './lib/location.ts'
import { createIntake, type Intake } from './transfers/intake.ts'
import { transferQueries } from './transfers/queries.ts'
import { createUploads, type Uploads } from './transfers/uploads.ts'
import { copyAndSay } from './ui/CopyButton.tsx'

export interface ShareTools {
  readonly uploads: Uploads
  readonly intake: Intake
  readonly newLink: {
    readonly isOpen: boolean
    readonly open: () => void
    readonly close: () => void
    readonly made: (link: Link) => void
  }
  /** The hidden file field behind Choose files. */
  readonly picker: ReactNode
}

type Tools = Pick<ShareTools, 'uploads' | 'intake'>

/** `username`: whose things are shared. Each user's uploads go on, and stay theirs, while an admin acts as another. */
export function useShareTools(username: string): ShareTools {
  const client = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [isOpen, setIsOpen] = useState(false)
  const [toolsOf] = useState(() => new Map<string, Tools>())
  const { uploads, intake } = toolsOf.get(username) ?? createTools(client, () => input.current?.click())
  toolsOf.set(username, { uploads, intake })

  useEffect(() => warnBeforeLeaving(toolsOf), [toolsOf])
  useEffect(() => onDesktop('navigate', ({ to }) => navigate(to)), [])
  useEffect(() => onDesktop('shared', intake.takeOutcomes), [intake])

  function choose({ target }: ChangeEvent<HTMLInputElement>) {
    intake.shareFiles([...(target.files ?? [])])
    // So that choosing the same file again is a change as well.
    target.value = ''
  }
  return {
    uploads,
    intake,
    newLink: {
      isOpen,
      open: () => setIsOpen(true),
      close: () => setIsOpen(false),
      made(link) {
        setIsOpen(false)
        void copyAndSay(link.shareUrl)
      },
    },
    picker: <input ref={input} type="file" multiple hidden aria-label="Choose files" onChange={choose} />,
  }
}

function createTools(client: QueryClient, pickFiles: () => void): Tools {
  const refresh = () => client.invalidateQueries({ queryKey: keys.links })
  const forUser = actingAs()
  const uploads = createUploads({
    forUser,
    limits: () => client.ensureQueryData(transferQueries.limits()),
    onDone(link) {
      void copy(link.shareUrl)
      return refresh()
    },
  })
  const intake = createIntake({
    forUser,
    uploads,
    pickFiles,
    onTaken: () => navigate('/'),
    onLink(link) {
      void copyAndSay(link.shareUrl)
      void refresh()
    },
  })
  return { uploads, intake }
}

/** Leaving the page ends what it sends: the browser asks first while there is some. */
function warnBeforeLeaving(toolsOf: ReadonlyMap<string, Tools>): () => void {
  function ask(event: BeforeUnloadEvent) {
    const all = [...toolsOf.values()].flatMap(({ uploads }) => uploads.get())
    if (all.some(({ state }) => state === 'running' || state === 'waiting')) event.preventDefault()
  }
  addEventListener('beforeunload', ask)
  return () => removeEventListener('beforeunload', ask)
}
