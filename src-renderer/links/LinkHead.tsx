/**
 * The grid's head: each column sorts, the box at the left chooses all that is loaded. Tab leads to the column that is
 * sorted by; the arrows go on to the others.
 */
import type { KeyboardEvent } from 'react'
import { Icon } from '../ui/Icon.tsx'
import styles from './link-table.module.css'
import type { LinkFilterState, SortName } from './use-link-filter.ts'
import type { LinkRows } from './use-link-rows.ts'
import type { Selection } from './use-selection.ts'

interface LinkHeadProps {
  readonly filter: LinkFilterState
  readonly rows: LinkRows
  readonly selection: Selection
  readonly showsOwner: boolean
}

export function LinkHead({ filter, rows, selection, showsOwner }: LinkHeadProps) {
  return (
    <thead>
      <tr aria-rowindex={1} className={`${styles.row} ${styles.head}`} onKeyDown={moveSideways}>
        <th scope="col" className={styles.box}>
          <ChooseAll rows={rows} selection={selection} />
        </th>
        <Column filter={filter} sort="type" word="Type" className={styles.icon} isWordless />
        <Column filter={filter} sort="code" word="Code" className={styles.code} />
        <Column filter={filter} sort="name" word="Shares" className={styles.shares} />
        <Column filter={filter} sort="fileSize" word="Size" className={styles.size} />
        {showsOwner ? (
          <Column filter={filter} sort="owner" word="Owner" className={styles.owner} />
        ) : (
          <td className={styles.owner} />
        )}
        <Column filter={filter} sort="createdAt" word="Created" className={styles.created} />
        <Column filter={filter} sort="visits" word="Visits" className={styles.visits} />
        <Column filter={filter} sort="expiresAt" word="Expires" className={styles.expires} />
      </tr>
    </thead>
  )
}

function moveSideways(event: KeyboardEvent): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (step === undefined) return
  const buttons = [...event.currentTarget.querySelectorAll('button')].filter(button => button.offsetParent !== null)
  const here = buttons.findIndex(button => button.contains(event.target as Node))
  buttons[Math.max(0, Math.min(buttons.length - 1, here + step))]?.focus()
  event.preventDefault()
}

interface ColumnProps {
  readonly filter: LinkFilterState
  readonly sort: SortName
  readonly word: string
  readonly className: string | undefined
  /** Too narrow for its word. */
  readonly isWordless?: boolean
}

function Column({ filter, sort, word, className, isWordless }: ColumnProps) {
  const { sorting } = filter
  const isSorted = sorting.sort === sort
  const direction = sorting.order === 'asc' ? 'ascending' : 'descending'
  return (
    <th scope="col" className={className} aria-sort={isSorted ? direction : 'none'}>
      <button
        type="button"
        className={styles.sortButton}
        tabIndex={isSorted ? 0 : -1}
        title={`Sort by ${word.toLowerCase()}`}
        onClick={() => filter.sortBy(sort)}
      >
        <span className={isWordless ? 'visually-hidden' : ''}>{word}</span>
        {isSorted && <Icon name={sorting.order === 'asc' ? 'arrow-up' : 'arrow-down'} />}
        {isWordless && !isSorted && <Icon name="chevron-expand" className={styles.hint} />}
      </button>
    </th>
  )
}

function ChooseAll({ rows, selection }: Pick<LinkHeadProps, 'rows' | 'selection'>) {
  const loaded = rows.loaded()
  const isAll = selection.size > 0 && loaded.every(({ code }) => selection.has(code))
  return (
    <input
      type="checkbox"
      className="form-check-input"
      aria-label="Choose all"
      checked={isAll}
      ref={box => {
        if (box) box.indeterminate = selection.size > 0 && !isAll
      }}
      onChange={() => (selection.size > 0 ? selection.clear() : selection.choose(loaded))}
    />
  )
}
