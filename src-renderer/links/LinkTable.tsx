/**
 * The links as a grid: arrows move, Enter opens, Ctrl+C copies, Delete deletes. Asks for more when its end comes near.
 */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Link } from '../../src-server/contract/links.ts'
import { useNow } from '../lib/now.ts'
import { copyAndSay } from '../ui/CopyButton.tsx'
import { LinkRow } from './LinkRow.tsx'
import styles from './link-table.module.css'

interface LinkTableProps {
  readonly links: readonly Link[]
  readonly total: number
  /** The one in the side panel. */
  readonly selected: string | undefined
  readonly showsOwner: boolean
  readonly onOpen: (code: string) => void
  readonly onDelete: (code: string) => void
  /** Loads more; absent while there is no more or some is on its way. */
  readonly onMore: (() => void) | undefined
}

export function LinkTable(props: LinkTableProps) {
  const { links, total, selected, showsOwner, onOpen, onMore } = props
  const now = useNow()
  const grid = useRef<HTMLTableElement>(null)
  const { active, setActive, handleKey } = useGridKeys(props, grid)
  return (
    <div className={styles.room}>
      <table
        ref={grid}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table that answers keys
        role="grid"
        aria-label="Links"
        aria-rowcount={total + 1}
        className={styles.grid}
        onKeyDown={handleKey}
      >
        <Head showsOwner={showsOwner} />
        <tbody>
          {links.map((link, position) => (
            <LinkRow
              key={link.code}
              link={link}
              position={position}
              now={now}
              isActive={link.code === active}
              isSelected={link.code === selected}
              showsOwner={showsOwner}
              onOpen={onOpen}
              onActive={setActive}
            />
          ))}
        </tbody>
      </table>
      <End key={links.length} onMore={onMore} />
    </div>
  )
}

/** One row can be reached by Tab; from there the arrows go on. */
function useGridKeys(
  { links, selected, onOpen, onDelete }: LinkTableProps,
  grid: { readonly current: HTMLTableElement | null },
) {
  const [lastActive, setActive] = useState<string>()
  const active = links.some(({ code }) => code === lastActive) ? lastActive : (selected ?? links[0]?.code)

  function moveTo(index: number) {
    const next = links[Math.max(0, Math.min(links.length - 1, index))]
    if (!next) return
    setActive(next.code)
    rowOf(grid.current, next.code)?.focus()
    if (selected) onOpen(next.code)
  }
  function handleKey(event: KeyboardEvent) {
    const index = links.findIndex(({ code }) => code === active)
    const link = links[index]
    const isOnRow = event.target instanceof HTMLElement && event.target.matches('tr')
    if (!link || !isOnRow) return
    const moves: Record<string, number> = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: links.length - 1 }
    const target = moves[event.key]
    if (target !== undefined) moveTo(target)
    else if (event.key === 'Enter') onOpen(link.code)
    else if (event.key === 'Delete') onDelete(link.code)
    else if (event.key === 'c' && (event.ctrlKey || event.metaKey)) void copyAndSay(link.shareUrl)
    else return
    event.preventDefault()
  }
  return { active, setActive, handleKey }
}

/** The row of a link, to give the focus back to. */
export function rowOf(within: ParentNode | null, code: string): HTMLElement | null {
  return within?.querySelector<HTMLElement>(`tr[data-code="${CSS.escape(code)}"]`) ?? null
}

function Head({ showsOwner }: { showsOwner: boolean }) {
  return (
    <thead>
      <tr aria-rowindex={1} className={`${styles.row} ${styles.head}`}>
        <th scope="col" className={styles.icon}>
          <span className="visually-hidden">Type</span>
        </th>
        <th scope="col" className={styles.code}>
          Code
        </th>
        <th scope="col" className={styles.shares}>
          Shares
        </th>
        <th scope="col" className={styles.size}>
          Size
        </th>
        <th scope="col" className={styles.owner}>
          {showsOwner ? 'Owner' : ''}
        </th>
        <th scope="col" className={styles.created}>
          Created
        </th>
        <th scope="col" className={styles.visits}>
          Visits
        </th>
        <th scope="col" className={styles.expires}>
          Expires
        </th>
      </tr>
    </thead>
  )
}

/** Asks for more when the end of what is loaded comes within a screen of being seen. */
function End({ onMore }: Pick<LinkTableProps, 'onMore'>) {
  const end = useRef<HTMLDivElement>(null)
  const latest = useRef(onMore)
  useEffect(() => {
    latest.current = onMore
  })
  const mayAsk = onMore !== undefined
  // Watched anew each time that more may be asked for, and (by its key) after each page: the end may still be in sight.
  useEffect(() => {
    if (!mayAsk || !end.current) return
    const observer = new IntersectionObserver(entries => entries.at(-1)?.isIntersecting && latest.current?.(), {
      root: end.current.closest('section'),
      rootMargin: '100%',
    })
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [mayAsk])
  return <div ref={end} className={styles.end} />
}
