/** Says that something could not be loaded and why, with another try. */
import { messageOf } from '../lib/errors.ts'
import { PageState } from './PageState.tsx'

interface NotLoadedProps {
  readonly title: string
  readonly error: unknown
  readonly onRetry: () => void
}

export function NotLoaded({ title, error, onRetry }: NotLoadedProps) {
  const retry = (
    <button type="button" className="btn btn-primary btn-l" onClick={onRetry}>
      Try again
    </button>
  )
  return (
    <PageState title={title} isError actions={retry}>
      {messageOf(error)}
    </PageState>
  )
}
