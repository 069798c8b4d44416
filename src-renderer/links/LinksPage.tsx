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
import { type LinkFilterState, useLinkFilter } from './use-link-filter.ts'

interface LinksPageProps {
  /** The link in the side panel. */
  readonly code: string | undefined
  readonly isAdmin: boolean
  /** What a phone shows at the top right of every screen. */
  readonly corner: ReactNode
  readonly onNewLink: () => void
  readonly onChooseFiles: () => void
}

export function LinksPage({ code, isAdmin, corner, onNewLink, onChooseFiles }: LinksPageProps) {
  const filter = useLinkFilter()
  const pages = useInfiniteQuery(linkQueries.pages(filter.filter))
  const links = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data])
  const total = pages.data?.pages[0]?.total
  const isCover = useIsNarrow(900) && code !== undefined
  const { list, open, close } = usePanelRoute(code, filter.search)
  const remove = useDeleteLink()

  function removeLink(gone: string) {
    if (gone === code) close()
    remove.mutate(gone)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc closes the panel from anywhere on the page
    <div className={styles.split} onKeyDown={event => isEscape(event) && code && close()}>
      <section ref={list} className={styles.list} inert={isCover}>
        <Head total={total} filter={filter} corner={corner} onNewLink={onNewLink} />
        <Body
          isPending={pages.isPending}
          error={pages.data ? null : pages.error}
          onRetry={() => void pages.refetch()}
          emptyState={total === 0 && <Empty filter={filter} onChooseFiles={onChooseFiles} onNewLink={onNewLink} />}
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

/** Esc, unless it is meant for an open menu, or for a dialog, whose events come up here though it lies elsewhere. */
function isEscape({ key, currentTarget, target }: KeyboardEvent): boolean {
  const isWithin = target instanceof Node && currentTarget.contains(target)
  return key === 'Escape' && isWithin && currentTarget.querySelector('[aria-expanded="true"]') === null
}

/** Opens and closes the panel by the page's address; when it closes, the focus returns to its row in `list`. */
function usePanelRoute(code: string | undefined, search: string) {
  const [, navigate] = useLocation()
  const list = useRef<HTMLElement>(null)
  const last = useRef(code)
  useEffect(() => {
    document.title = 'Links – Trunk8'
  }, [])
  useEffect(() => {
    if (last.current && !code) rowOf(list.current, last.current)?.focus()
    last.current = code
  }, [code])
  const open = useCallback(
    // One step back closes the panel, however many links were looked at.
    (next: string) => navigate(`/links/${encodeURIComponent(next)}${search}`, { replace: last.current !== undefined }),
    [navigate, search],
  )
  return { list, open, close: () => navigate(`/links${search}`) }
}

interface HeadProps {
  readonly total: number | undefined
  readonly filter: LinkFilterState
  readonly corner: ReactNode
  readonly onNewLink: () => void
}

function Head({ total, filter, corner, onNewLink }: HeadProps) {
  return (
    <header className={styles.head}>
      <div className={styles.title}>
        <h1>Links</h1>
        {total !== undefined && <span className="muted num">{formatCount(total)}</span>}
        <span className="grow" />
        <button type="button" className={`btn btn-primary ${styles.newLink}`} onClick={onNewLink}>
          <Icon name="plus-lg" />
          New link
        </button>
        {corner}
      </div>
      {(total !== 0 || filter.isFiltered) && <LinkFilters filter={filter} />}
    </header>
  )
}

interface BodyProps {
  readonly isPending: boolean
  readonly error: unknown
  readonly onRetry: () => void
  /** Instead of the list, where it is empty. */
  readonly emptyState: ReactNode
  readonly children: ReactNode
}

function Body({ isPending, error, onRetry, emptyState, children }: BodyProps) {
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
  return emptyState || children
}

interface EmptyProps {
  readonly filter: LinkFilterState
  readonly onChooseFiles: () => void
  readonly onNewLink: () => void
}

function Empty({ filter, onChooseFiles, onNewLink }: EmptyProps) {
  if (filter.isFiltered) return <NoMatch q={filter.q} onClear={filter.clear} />
  return <NothingYet onChooseFiles={onChooseFiles} onNewLink={onNewLink} />
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
