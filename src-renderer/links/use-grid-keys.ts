/** What keys and clicks do to the grid of links: one row can be reached by Tab, and from there the arrows go on. */
import { type KeyboardEvent, type MouseEvent, useCallback, useEffect, useRef, useState } from 'react'
import type { Link } from '../../src-server/contract/links.ts'
import { copyAndSay } from '../ui/CopyButton.tsx'
import type { LinkRows } from './use-link-rows.ts'
import type { Selection } from './use-selection.ts'

export interface GridKeysOptions {
  readonly rows: LinkRows
  readonly selection: Selection
  /** The one in the side panel. */
  readonly selected: string | undefined
  readonly grid: { readonly current: HTMLTableElement | null }
  readonly scrollTo: (index: number) => void
  readonly onOpen: (code: string) => void
  readonly onDelete: (code: string) => void
  /** Of all that are chosen. */
  readonly onDeleteChosen: () => void
  readonly onCopyChosen: () => void
}

interface Cursor {
  readonly index: number
  readonly code: string | undefined
}

export function useGridKeys(options: GridKeysOptions) {
  const { rows, selected, grid, scrollTo } = options
  const [{ index: kept, code }, setKept] = useState<Cursor>({ index: 0, code: selected })
  const cursor = Math.min(
    (code === undefined ? undefined : rows.indexOf(code)) ?? kept,
    Math.max(0, (rows.total ?? 0) - 1),
  )
  const setCursor = useCallback((link: Link, index: number) => setKept({ index, code: link.code }), [])
  const focusSoon = useFocus(grid)
  useFocusKept(grid, options.selection.size)
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })

  function moveTo(wanted: number, isExtending: boolean): void {
    const last = (rows.total ?? 0) - 1
    const index = Math.max(0, Math.min(last, wanted))
    const link = rows.at(index)
    if (isExtending) options.selection.extend(index, cursor)
    setKept({ index, code: link?.code })
    scrollTo(index)
    focusSoon(index)
    if (selected && link && !isExtending) options.onOpen(link.code)
  }
  /** By mouse or finger; with Shift, all from where the choice began. */
  const choose = useCallback((event: MouseEvent | undefined, link: Link, index: number) => {
    setKept({ index, code: link.code })
    const { selection } = latest.current
    if (event?.shiftKey) selection.extend(index)
    else selection.toggle(link, index)
  }, [])
  return {
    cursor,
    setCursor,
    choose,
    handleKey: (event: KeyboardEvent) => handleKey(event, { ...options, cursor, moveTo }),
  }
}

interface KeyContext extends GridKeysOptions {
  readonly cursor: number
  readonly moveTo: (index: number, isExtending: boolean) => void
}

function handleKey(event: KeyboardEvent, context: KeyContext): void {
  const { cursor, rows, selection, moveTo } = context
  const link = rows.at(cursor)
  const isOnRow = event.target instanceof HTMLElement && event.target.matches('tbody tr')
  if (!isOnRow) return
  const target = moveBy(event.key, cursor, rows.total ?? 0)
  // With Caps Lock letters come as capitals.
  const letter = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : ''
  if (target !== undefined) moveTo(target, event.shiftKey)
  else if (letter === 'a') selection.choose(rows.loaded())
  else if (event.key === 'Delete' && selection.size > 0) context.onDeleteChosen()
  else if (letter === 'c' && selection.size > 0) context.onCopyChosen()
  else if (!link) return
  else if (event.key === 'Enter') context.onOpen(link.code)
  else if (event.key === ' ') selection.toggle(link, cursor)
  else if (event.key === 'Delete') context.onDelete(link.code)
  else if (letter === 'c') void copyAndSay(link.shareUrl)
  else return
  event.preventDefault()
}

const rowsPerScreen = 10

function moveBy(key: string, cursor: number, total: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return cursor + 1
    case 'ArrowUp':
      return cursor - 1
    case 'PageDown':
      return cursor + rowsPerScreen
    case 'PageUp':
      return cursor - rowsPerScreen
    case 'Home':
      return 0
    case 'End':
      return total - 1
    default:
      return undefined
  }
}

/** Where the row that had the focus is gone with its link, or the bar below with its buttons, the focus goes on here. */
function useFocusKept(grid: { readonly current: HTMLTableElement | null }, chosen: number) {
  const last = useRef<Element>(undefined)
  const chosenBefore = useRef(chosen)
  useEffect(() => {
    const isBarGone = chosenBefore.current > 0 && chosen === 0
    chosenBefore.current = chosen
    const active = document.activeElement
    if (active !== null && active !== document.body) {
      last.current = grid.current?.contains(active) ? active : undefined
    } else if (isBarGone || last.current?.isConnected === false) {
      grid.current?.querySelector<HTMLElement>('tbody tr[tabindex="0"]')?.focus({ preventScroll: true })
    }
  })
}

/** Gives the focus to a row as soon as it exists, which for a far one is a moment later. */
function useFocus(grid: { readonly current: HTMLTableElement | null }) {
  const wanted = useRef<number>(undefined)
  useEffect(() => {
    if (wanted.current === undefined) return
    const row = grid.current?.querySelector<HTMLElement>(`tbody tr[aria-rowindex="${wanted.current + 2}"]`)
    if (!row) return
    row.focus({ preventScroll: true })
    // A row that still waits for its link passes the focus on when it has one.
    if (row.dataset.code !== undefined) wanted.current = undefined
  })
  return (index: number) => {
    wanted.current = index
  }
}
