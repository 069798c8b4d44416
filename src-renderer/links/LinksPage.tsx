/** All links: find one, copy it, look closer. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react'
import { useLocation } from 'wouter'
import { messageOf } from '../lib/errors.ts'
import { formatCount } from '../lib/format.ts'
import { useIsNarrow } from '../lib/media.ts'
import { Icon } from '../ui/Icon.tsx'
import { PageState } from '../ui/PageState.tsx'
import { EmptyDrawing } from './EmptyDrawing.tsx'
import { LinkFilters } from './LinkFilters.tsx'
import { LinkPanel } from './LinkPanel.tsx'
import { LinkTable, rowOf } from './LinkTable.tsx'
import { LinkTableSkeleton } from './LinkTableSkeleton.tsx'
import styles from './links-page.module.css'
import { linkQueries, useDeleteLink } from './queries.ts'
import { useLinkFilter } from './use-link-filter.ts'

interface LinksPageProps {
  /** The link in the side panel. */
  readonly code: string | undefined
  readonly isAdmin: boolean
  readonly onNewLink: () => void
  readonly onChooseFiles: () => void
}

export function LinksPage({ code, isAdmin, onNewLink, onChooseFiles }: LinksPageProps) {
  const [, navigate] = useLocation()
  useEffect(() => {
    document.title = 'Links – Trunk8'
  }, [])
  const filter = useLinkFilter()
  const pages = useInfiniteQuery(linkQueries.pages(filter.filter))
  const links = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data])
  const total = pages.data?.pages[0]?.total
  const list = useRef<HTMLElement>(null)
  const isCover = useIsNarrow(900) && code !== undefined
  const remove = useDeleteLink()
  const { search } = filter

  const open = useCallback(
    (next: string) => navigate(`/links/${encodeURIComponent(next)}${search}`, { replace: code !== undefined }),
    [navigate, search, code],
  )
  const close = () => navigate(`/links${search}`)
  useFocusBack(list, code)

  function removeLink(gone: string) {
    if (gone === code) close()
    remove.mutate(gone)
  }
  function handleKey(event: KeyboardEvent) {
    if (event.key === 'Escape' && code && !event.defaultPrevented) close()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc closes the panel from anywhere on the page
    <div className={styles.split} onKeyDown={handleKey}>
      <section ref={list} className={styles.list} inert={isCover}>
        <header className={styles.head}>
          <div className={styles.title}>
            <h1>Links</h1>
            {total !== undefined && <span className="muted num">{formatCount(total)}</span>}
            <span className="grow" />
            <button type="button" className={`btn btn-primary ${styles.newLink}`} onClick={onNewLink}>
              <Icon name="plus-lg" />
              New link
            </button>
          </div>
          {(total !== 0 || filter.isFiltered) && <LinkFilters filter={filter} />}
        </header>
        <Body
          isPending={pages.isPending}
          error={pages.error}
          onRetry={() => void pages.refetch()}
          isEmpty={total === 0}
          emptyState={
            filter.isFiltered ? (
              <NoMatch q={filter.q} onClear={filter.clear} />
            ) : (
              <NothingYet onChooseFiles={onChooseFiles} onNewLink={onNewLink} />
            )
          }
        >
          <LinkTable
            links={links}
            total={total ?? 0}
            selected={code}
            showsOwner={isAdmin}
            onOpen={open}
            onDelete={removeLink}
            onMore={pages.hasNextPage && !pages.isFetching ? () => void pages.fetchNextPage() : undefined}
          />
        </Body>
      </section>
      {code !== undefined && (
        <LinkPanel
          code={code}
          known={links.find(link => link.code === code)}
          isCover={isCover}
          onClose={close}
          onDelete={removeLink}
          onRenamed={open}
        />
      )}
    </div>
  )
}

/** When the panel closes, the focus returns to its row. */
function useFocusBack(list: { readonly current: HTMLElement | null }, code: string | undefined): void {
  const last = useRef(code)
  useEffect(() => {
    if (last.current && !code) rowOf(list.current, last.current)?.focus()
    last.current = code
  }, [list, code])
}

interface BodyProps {
  readonly isPending: boolean
  readonly error: unknown
  readonly onRetry: () => void
  readonly isEmpty: boolean
  readonly emptyState: ReactNode
  readonly children: ReactNode
}

function Body({ isPending, error, onRetry, isEmpty, emptyState, children }: BodyProps) {
  if (isPending) return <LinkTableSkeleton />
  if (error) {
    const retry = (
      <button type="button" className="btn btn-primary btn-l" onClick={onRetry}>
        Try again
      </button>
    )
    return (
      <PageState title="The links could not be loaded" isError actions={retry}>
        {messageOf(error)}
      </PageState>
    )
  }
  return isEmpty ? emptyState : children
}

function NoMatch({ q, onClear }: { q: string; onClear: () => void }) {
  const clear = (
    <button type="button" className="btn btn-l" onClick={onClear}>
      Show all links
    </button>
  )
  return (
    <PageState title={q ? `No link matches “${q}”` : 'No link of this type'} actions={clear}>
      Codes, titles, file names and addresses were looked through.
    </PageState>
  )
}

function NothingYet({ onChooseFiles, onNewLink }: { onChooseFiles: () => void; onNewLink: () => void }) {
  const actions = (
    <>
      <button type="button" className="btn btn-primary btn-l" onClick={onChooseFiles}>
        Choose files…
      </button>
      <button type="button" className="btn btn-l" onClick={onNewLink}>
        New link
      </button>
    </>
  )
  return (
    <PageState drawing={<EmptyDrawing />} title="Nothing shared yet" actions={actions}>
      Drop a file on this window, or paste a link. You’ll get a short code that works for everyone on this network.
    </PageState>
  )
}
