/** The keys of one section of config.toml, a row each, in the groups that a long section has. */
import { type ReactNode, useId, useState } from 'react'
import type { InstanceState } from '../../src-server/contract/instance.ts'
import type { SettingGroup } from '../../src-server/contract/setting-kinds.ts'
import { Icon } from '../ui/Icon.tsx'
import groups from './key-groups.module.css'
import { SettingRow } from './SettingRow.tsx'
import { groupsIn, type InstanceSectionId, isRare, type KeyGroup } from './sections.ts'
import styles from './setting-row.module.css'
import { isDefault } from './setting-words.ts'

/** What features show above a group of keys. */
export type GroupHeads = Readonly<Partial<Record<SettingGroup, ReactNode>>>

interface InstanceSectionProps {
  readonly section: InstanceSectionId
  readonly state: InstanceState
  readonly heads?: GroupHeads | undefined
}

export function InstanceSection({ section, state, heads = {} }: InstanceSectionProps) {
  return (
    <div className={groups.groups}>
      {groupsIn(section).map(group => {
        const Group = isRare(group) ? FoldedGroup : OpenGroup
        const head = group.title && heads[group.title]
        return (
          <div key={group.title ?? ''} className={groups.group}>
            {head}
            <Group group={group} state={state} />
          </div>
        )
      })}
    </div>
  )
}

interface GroupProps {
  readonly group: KeyGroup
  readonly state: InstanceState
}

function OpenGroup({ group, state }: GroupProps) {
  const id = useId()
  return (
    <>
      {group.title && <h3 id={id}>{group.title}</h3>}
      <Rows group={group} state={state} labelledBy={id} />
    </>
  )
}

/** Folded until somebody opens it or has set something in it. */
function FoldedGroup({ group, state }: GroupProps) {
  const id = useId()
  const isUsed = group.keys.some(key => !isDefault(key, state.values[key] ?? '') || state.overruled[key])
  const [isOpen, setIsOpen] = useState(isUsed)
  return (
    <details className={groups.fold} open={isOpen} onToggle={event => setIsOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="chevron-down" />
        <span id={id}>{group.title}</span>
      </summary>
      <Rows group={group} state={state} labelledBy={id} />
    </details>
  )
}

function Rows({ group: { title, keys }, state, labelledBy }: GroupProps & { readonly labelledBy: string }) {
  const name = title ? { 'aria-labelledby': labelledBy } : { 'aria-label': 'Settings' }
  return (
    <fieldset className={styles.rows} disabled={state.problem !== undefined} {...name}>
      {keys.map(key => (
        <SettingRow key={key} name={key} state={state} />
      ))}
    </fieldset>
  )
}
