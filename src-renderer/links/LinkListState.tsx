/** What the Links screen shows where there are no rows to show: nothing yet, nothing found, nothing heard. */
import { useIsNarrow } from '../lib/media.ts'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import { PageState } from '../ui/PageState.tsx'
import { EmptyDrawing } from './EmptyDrawing.tsx'
import type { LinkFilterState } from './use-link-filter.ts'

export function LoadFailed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return <NotLoaded title="The links could not be loaded" error={error} onRetry={onRetry} />
}

export function NoMatch({ filter: { q, kind, state, owner, clear } }: { filter: LinkFilterState }) {
  const others = [kind, state, owner].filter(Boolean).length
  const title = q ? `No link matches “${q}”` : 'No link like this'
  const show = (
    <button type="button" className="btn btn-l" onClick={clear}>
      Show all links
    </button>
  )
  return (
    <PageState title={title} actions={show}>
      {q ? 'Codes, titles, file names and addresses were looked through' : 'All links were looked through'}
      {others > 0 ? ', as far as the filters let them pass.' : '.'}
    </PageState>
  )
}

interface NothingYetProps {
  readonly onChooseFiles: () => void
  readonly onNewLink: () => void
  readonly onImport: () => void
}

export function NothingYet({ onChooseFiles, onNewLink, onImport }: NothingYetProps) {
  const isPhone = useIsNarrow(600)
  const actions = (
    <>
      <button type="button" className="btn btn-primary btn-l" onClick={onChooseFiles}>
        Choose files…
      </button>
      <button type="button" className="btn btn-l" onClick={onNewLink}>
        New link
      </button>
      <button type="button" className="link-button sm w-100" onClick={onImport}>
        Bring links over from a list
      </button>
    </>
  )
  return (
    <PageState drawing={<EmptyDrawing />} title="Nothing shared yet" actions={actions}>
      {isPhone ? 'Choose a file, or type a link.' : 'Drop a file on this window, or paste a link.'} You’ll get a short
      code that works for everyone on this network.
    </PageState>
  )
}
