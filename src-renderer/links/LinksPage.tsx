/** All links: find one, copy it, look closer; or choose many and change them at once. */
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { Link } from '../../src-server/contract/links.ts'
import { formatCount, formatMany } from '../lib/format.ts'
import { useIsNarrow } from '../lib/media.ts'
import { copyAndSay } from '../ui/CopyButton.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useBulk } from './bulk.ts'
import { ImportDialog } from './ImportDialog.tsx'
import { LinkFilters } from './LinkFilters.tsx'
import { LoadFailed, NoMatch, NothingYet } from './LinkListState.tsx'
import { LinkPanel } from './LinkPanel.tsx'
import { LinkTable, rowOf } from './LinkTable.tsx'
import { LinkTableSkeleton } from './LinkTableSkeleton.tsx'
import { ListMenu } from './ListMenu.tsx'
import styles from './links-page.module.css'
import { useDeleteLink } from './queries.ts'
import { ProgressBar, SelectionBar } from './SelectionBar.tsx'
import { type LinkFilterState, useLinkFilter } from './use-link-filter.ts'
import { type LinkRows, useLinkRows } from './use-link-rows.ts'
import { type Selection, useSelection } from './use-selection.ts'

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
  const rows = useLinkRows(filter.filter)
  const selection = useSelection(filter.filter, rows)
  const isCover = useIsNarrow(900) && code !== undefined
  const { list, open, close } = usePanelRoute(code, filter.search)
  const { remove, removeChosen, bulk } = useRemoving({ code, close, selection })
  const [isImporting, setIsImporting] = useState(false)
  const startImport = () => setIsImporting(true)
  const total = rows.total ?? 0
  const isBusy = bulk.run !== undefined || selection.collected !== undefined
  const copyChosen = () =>
    void copyAndSay(
      selection.addresses().join('\n'),
      selection.size > 1 ? formatMany(selection.size, 'link') : undefined,
    )

  function leave(event: KeyboardEvent) {
    if (!isEscape(event)) return
    if (code !== undefined) close()
    else selection.clear()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc closes the panel from anywhere on the page
    <div className={styles.split} onKeyDown={leave}>
      <section ref={list} className={styles.list} inert={isCover}>
        <Head {...{ filter, isAdmin, corner, onNewLink }} total={rows.total} onImport={startImport} />
        {rows.isPending ? (
          <LinkTableSkeleton />
        ) : rows.error ? (
          <LoadFailed error={rows.error} onRetry={rows.retry} />
        ) : total === 0 && filter.isFiltered ? (
          <NoMatch filter={filter} />
        ) : total === 0 ? (
          <NothingYet onChooseFiles={onChooseFiles} onNewLink={onNewLink} onImport={startImport} />
        ) : (
          <LinkTable
            {...{ rows, selection, filter }}
            selected={code}
            showsOwner={isAdmin}
            onOpen={open}
            onDelete={remove}
            onDeleteChosen={removeChosen}
            onCopyChosen={copyChosen}
          />
        )}
        {isBusy ? (
          <ProgressBar {...{ selection, bulk, total }} />
        ) : (
          selection.size > 0 && (
            <SelectionBar {...{ selection, bulk, total }} onCopy={copyChosen} onDelete={removeChosen} />
          )
        )}
      </section>
      {code !== undefined && (
        <LinkPanel
          code={code}
          known={knownLink(rows, code)}
          isCover={isCover}
          onClose={close}
          onDelete={remove}
          onRenamed={open}
        />
      )}
      {isImporting && <ImportDialog onClose={() => setIsImporting(false)} />}
    </div>
  )
}

const knownLink = (rows: LinkRows, code: string): Link | undefined => {
  const place = rows.indexOf(code)
  return place === undefined ? undefined : rows.at(place)
}

/** Deletes one link or all that are chosen, and closes the panel of what is gone. */
function useRemoving({
  code,
  close,
  selection,
}: {
  code: string | undefined
  close: () => void
  selection: Selection
}) {
  const remove = useDeleteLink()
  const bulk = useBulk()
  return {
    bulk,
    remove(gone: string) {
      if (gone === code) close()
      selection.remove(gone)
      remove.mutate(gone)
    },
    removeChosen() {
      const codes = selection.codes()
      if (code !== undefined && selection.has(code)) close()
      selection.clear()
      void bulk.change(codes, { action: 'delete' })
    },
  }
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
  readonly isAdmin: boolean
  readonly corner: ReactNode
  readonly onNewLink: () => void
  readonly onImport: () => void
}

function Head({ total, filter, isAdmin, corner, onNewLink, onImport }: HeadProps) {
  return (
    <header className={styles.head}>
      <div className={styles.title}>
        <h1>Links</h1>
        {total !== undefined && <span className="muted num">{formatCount(total)}</span>}
        <span className="grow" />
        <ListMenu filter={filter.filter} total={total ?? 0} onImport={onImport} />
        <button type="button" className={`btn btn-primary ${styles.newLink}`} onClick={onNewLink}>
          <Icon name="plus-lg" />
          New link
        </button>
        {corner}
      </div>
      {(total !== 0 || filter.isFiltered) && <LinkFilters filter={filter} isAdmin={isAdmin} />}
    </header>
  )
}
