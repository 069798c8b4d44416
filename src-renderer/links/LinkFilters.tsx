/** Search, kind and order of the Links screen. */
import { useEffect, useState } from 'react'
import Dropdown from 'react-bootstrap/Dropdown'
import { useIsNarrow } from '../lib/media.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './link-filters.module.css'
import { type LinkFilterState, type LinkKind, type LinkOrder, linkKinds, linkOrders } from './use-link-filter.ts'

const typingPause = 180
const kinds = Object.entries(linkKinds) as [LinkKind, string][]
const orders = Object.entries(linkOrders) as [LinkOrder, { name: string }][]

export function LinkFilters({ filter }: { filter: LinkFilterState }) {
  return (
    <div className={styles.filters}>
      <Search q={filter.q} onSearch={filter.setQ} />
      <Dropdown className={styles.kindMenu}>
        <Dropdown.Toggle as="button" bsPrefix="btn" aria-label={`Type: ${linkKinds[filter.kind]}`}>
          {filter.kind ? linkKinds[filter.kind] : 'Type'}
          <Icon name="chevron-down" />
        </Dropdown.Toggle>
        <Dropdown.Menu>
          {kinds.map(([kind, name]) => (
            <Choice key={kind} name={name} isOn={kind === filter.kind} onChoose={() => filter.setKind(kind)} />
          ))}
        </Dropdown.Menu>
      </Dropdown>
      <Dropdown align="end">
        <Dropdown.Toggle as="button" bsPrefix="btn" aria-label={`Sorted by: ${linkOrders[filter.orderName].name}`}>
          <Icon name="sort-down" />
          <span className={styles.orderName}>{linkOrders[filter.orderName].name}</span>
        </Dropdown.Toggle>
        <Dropdown.Menu>
          {orders.map(([order, { name }]) => (
            <Choice key={order} name={name} isOn={order === filter.orderName} onChoose={() => filter.setOrder(order)} />
          ))}
        </Dropdown.Menu>
      </Dropdown>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset draws a frame of its own in some themes */}
      <div className={styles.kindChips} role="group" aria-label="Type">
        {kinds.map(([kind, name]) => (
          <button
            type="button"
            key={kind}
            className={`t8-chip ${kind === filter.kind ? 'on' : ''}`}
            aria-pressed={kind === filter.kind}
            onClick={() => filter.setKind(kind)}
          >
            {name}
          </button>
        ))}
      </div>
    </div>
  )
}

function Choice({ name, isOn, onChoose }: { name: string; isOn: boolean; onChoose: () => void }) {
  return (
    <Dropdown.Item as="button" type="button" aria-pressed={isOn} onClick={onChoose}>
      {name}
      {isOn && <Icon name="check-lg" className="end" />}
    </Dropdown.Item>
  )
}

/** Searches as one types, a moment after the last key. */
function Search({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const [typed, setTyped] = useState(q)
  const isNarrow = useIsNarrow(600)
  useEffect(() => setTyped(q), [q])
  useEffect(() => {
    if (typed.trim() === q) return
    const timer = setTimeout(() => onSearch(typed.trim()), typingPause)
    return () => clearTimeout(timer)
  }, [typed, q, onSearch])
  return (
    <div className={styles.search}>
      <Icon name="search" />
      <input
        type="search"
        className="form-control w-100"
        placeholder={isNarrow ? 'Search links' : 'Search code, name or address'}
        aria-label="Search links"
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={event => setTyped(event.target.value)}
      />
    </div>
  )
}
