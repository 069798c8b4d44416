/** Search, kind, state, owner and order of the Links screen. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import Dropdown from 'react-bootstrap/Dropdown'
import type { LinkState } from '../../src-server/contract/links.ts'
import { useIsNarrow } from '../lib/media.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './link-filters.module.css'
import { linkQueries } from './queries.ts'
import {
  commonSortings,
  type LinkFilterState,
  type LinkKind,
  linkKinds,
  linkStates,
  wordsOf,
} from './use-link-filter.ts'

const typingPause = 180
const kinds = Object.entries(linkKinds) as [LinkKind, string][]
const states = Object.entries(linkStates) as [LinkState, string][]

export function LinkFilters({ filter, isAdmin }: { filter: LinkFilterState; isAdmin: boolean }) {
  const isNarrow = useIsNarrow(600)
  return (
    <div className={styles.filters}>
      <Search q={filter.q} onSearch={filter.setQ} />
      {!isNarrow && <Menus filter={filter} isAdmin={isAdmin} />}
      <OrderMenu filter={filter} />
      {!isNarrow && filter.isFiltered && (
        <button type="button" className="btn btn-quiet" onClick={filter.clear}>
          Clear filters
        </button>
      )}
      {isNarrow && <Chips filter={filter} isAdmin={isAdmin} />}
    </div>
  )
}

function Menus({ filter, isAdmin }: { filter: LinkFilterState; isAdmin: boolean }) {
  const { kind, state } = filter
  return (
    <>
      <Dropdown>
        <Dropdown.Toggle as="button" bsPrefix={`btn ${kind ? styles.on : ''}`} aria-label={`Type: ${linkKinds[kind]}`}>
          {kind ? linkKinds[kind] : 'Type'}
          <Icon name="chevron-down" />
        </Dropdown.Toggle>
        <Dropdown.Menu>
          {kinds.map(([name, word]) => (
            <Choice key={name} name={word} isOn={name === kind} onChoose={() => filter.setKind(name)} />
          ))}
        </Dropdown.Menu>
      </Dropdown>
      <Dropdown>
        <Dropdown.Toggle
          as="button"
          bsPrefix={`btn ${state ? styles.on : ''}`}
          aria-label={`State: ${state ? linkStates[state] : 'All'}`}
        >
          {state ? linkStates[state] : 'State'}
          <Icon name="chevron-down" />
        </Dropdown.Toggle>
        <Dropdown.Menu>
          <Choice name="All" isOn={state === ''} onChoose={() => filter.setState('')} />
          {states.map(([name, word]) => (
            <Choice key={name} name={word} isOn={name === state} onChoose={() => filter.setState(name)} />
          ))}
        </Dropdown.Menu>
      </Dropdown>
      {isAdmin && <OwnerMenu filter={filter} className="btn" />}
    </>
  )
}

/** Only where there is more than one person. */
function OwnerMenu({ filter, className }: { filter: LinkFilterState; className: string }) {
  const { data: owners = [] } = useQuery(linkQueries.owners())
  const { owner } = filter
  if (owners.length < 2 && !owner) return null
  return (
    <Dropdown>
      <Dropdown.Toggle
        as="button"
        bsPrefix={`${className} ${owner ? styles.on : ''}`}
        aria-label={`Owner: ${owner || 'All'}`}
      >
        {owner || 'Owner'}
        <Icon name="chevron-down" className={styles.chevron} />
      </Dropdown.Toggle>
      <Dropdown.Menu className={`floating ${styles.tall}`} popperConfig={{ strategy: 'fixed' }}>
        <Choice name="All" isOn={owner === ''} onChoose={() => filter.setOwner('')} />
        {owners.map(name => (
          <Choice key={name} name={name} isOn={name === owner} onChoose={() => filter.setOwner(name)} />
        ))}
      </Dropdown.Menu>
    </Dropdown>
  )
}

function OrderMenu({ filter }: { filter: LinkFilterState }) {
  const words = wordsOf(filter.sorting)
  return (
    <Dropdown align="end">
      <Dropdown.Toggle as="button" bsPrefix="btn" aria-label={`Sorted by: ${words}`} title={`Sorted by: ${words}`}>
        <Icon name="sort-down" />
        <span className={styles.orderName}>{words}</span>
      </Dropdown.Toggle>
      <Dropdown.Menu>
        {commonSortings.map(sorting => (
          <Choice
            key={wordsOf(sorting)}
            name={wordsOf(sorting)}
            isOn={wordsOf(sorting) === words}
            onChoose={() => filter.setSorting(sorting)}
          />
        ))}
      </Dropdown.Menu>
    </Dropdown>
  )
}

/** On a phone all filters lie side by side, and scroll. */
function Chips({ filter, isAdmin }: { filter: LinkFilterState; isAdmin: boolean }) {
  const { kind, state } = filter
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset draws a frame of its own in some themes
    <div className={styles.chips} role="group" aria-label="Filters">
      {filter.isFiltered && (
        <button type="button" className="t8-chip add" aria-label="Clear filters" onClick={filter.clear}>
          <Icon name="x-lg" />
        </button>
      )}
      {kinds.map(([name, word]) => (
        <Chip
          key={name}
          word={word}
          isOn={name === '' ? kind === '' && state === '' : name === kind}
          onPress={() => (name === '' ? filter.clear() : filter.setKind(name === kind ? '' : name))}
        />
      ))}
      {states.map(([name, word]) => (
        <Chip
          key={name}
          word={word}
          isOn={name === state}
          onPress={() => filter.setState(name === state ? '' : name)}
        />
      ))}
      {isAdmin && <OwnerMenu filter={filter} className="t8-chip" />}
    </div>
  )
}

function Chip({ word, isOn, onPress }: { word: string; isOn: boolean; onPress: () => void }) {
  return (
    <button type="button" className={`t8-chip ${isOn ? 'on' : ''}`} aria-pressed={isOn} onClick={onPress}>
      {word}
    </button>
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
