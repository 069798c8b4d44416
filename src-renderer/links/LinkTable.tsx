/**
 * The links as a grid of any length: only the rows near what is seen exist. Arrows move, Enter opens, Ctrl+C copies,
 * Delete deletes, Space and Shift choose.
 */
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { Link } from '../../src-server/contract/links.ts'
import { useIsNarrow } from '../lib/media.ts'
import { useNow } from '../lib/now.ts'
import { LinkHead } from './LinkHead.tsx'
import { LinkRow, WaitingRow } from './LinkRow.tsx'
import styles from './link-table.module.css'
import { type GridKeysOptions, useGridKeys } from './use-grid-keys.ts'
import type { LinkFilterState } from './use-link-filter.ts'

/** Pixels. */
const rowHeight = { desk: 44, phone: 64, head: 36 }
const overscan = 12

interface LinkTableProps extends Omit<GridKeysOptions, 'scrollTo' | 'grid'> {
  readonly filter: LinkFilterState
  readonly showsOwner: boolean
}

export function LinkTable(props: LinkTableProps) {
  const { rows, selection, selected, filter, showsOwner, onOpen } = props
  const total = rows.total ?? 0
  const now = useNow()
  const room = useRef<HTMLDivElement>(null)
  const grid = useRef<HTMLTableElement>(null)
  const scrollTo = useRef<(index: number) => void>(() => {})
  const keys = useGridKeys({ ...props, grid, scrollTo: index => scrollTo.current(index) })
  const virtual = useRows({ total, room, cursor: keys.cursor, filter })
  scrollTo.current = virtual.scrollToIndex
  const items = virtual.getVirtualItems()
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0]
  const keyOf = createKeys()
  const { look } = rows
  useEffect(() => look(first, last), [look, first, last])
  return (
    <div ref={room} className={styles.room}>
      <table
        ref={grid}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table that answers keys
        role="grid"
        aria-label="Links"
        aria-rowcount={total + 1}
        aria-multiselectable="true"
        className={styles.grid}
        onKeyDown={keys.handleKey}
      >
        <LinkHead filter={filter} rows={rows} selection={selection} showsOwner={showsOwner} />
        <tbody style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const link = rows.at(index)
            const top = start - virtual.options.scrollMargin
            if (!link) return <WaitingRow key={index} position={index} top={top} />
            return (
              <LinkRow
                key={keyOf(link, index)}
                link={link}
                position={index}
                top={top}
                now={now}
                isActive={index === keys.cursor}
                isOpen={link.code === selected}
                isChosen={selection.has(link.code)}
                isChoosing={selection.size > 0}
                showsOwner={showsOwner}
                onOpen={onOpen}
                onActive={keys.setCursor}
                onChoose={keys.choose}
              />
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/**
 * A row moves with its link when the list changes, and the focus with it. For a moment two pages may tell of the same
 * link; the second is then known by its place.
 */
function createKeys() {
  const seen = new Set<string>()
  return ({ code }: Link, index: number): string | number => {
    if (seen.has(code)) return index
    seen.add(code)
    return `/${code}`
  }
}

interface RowsOptions {
  readonly total: number
  readonly room: { readonly current: HTMLDivElement | null }
  /** The row that Tab leads to: it exists wherever one has scrolled to. */
  readonly cursor: number
  readonly filter: LinkFilterState
}

function useRows({ total, room, cursor, filter }: RowsOptions) {
  const isPhone = useIsNarrow(600)
  const size = isPhone ? rowHeight.phone : rowHeight.desk
  const head = isPhone ? 0 : rowHeight.head
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => room.current,
    estimateSize: () => size,
    overscan,
    scrollMargin: head,
    scrollPaddingStart: head,
    rangeExtractor: range => withCursor(range, cursor),
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights that were taken at another width mean nothing
  useEffect(() => virtual.measure(), [size])
  const shown = JSON.stringify(filter.filter)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what another filter finds is looked at from its beginning
  useEffect(() => virtual.scrollToOffset(0), [shown])
  return virtual
}

function withCursor(range: Range, cursor: number): number[] {
  const near = defaultRangeExtractor(range)
  if (cursor >= range.count || near.includes(cursor)) return near
  return [...near, cursor].sort((a, b) => a - b)
}

/** The row of a link, to give the focus back to. */
export function rowOf(within: ParentNode | null, code: string): HTMLElement | null {
  return within?.querySelector<HTMLElement>(`tr[data-code="${CSS.escape(code)}"]`) ?? null
}
