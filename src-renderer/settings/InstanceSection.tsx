/** The keys of one section of config.toml, a row each. */
import type { InstanceState } from '../../src-server/contract/instance.ts'
import { SettingRow } from './SettingRow.tsx'
import { type InstanceSectionId, keysIn } from './sections.ts'
import styles from './setting-row.module.css'

export function InstanceSection({ section, state }: { section: InstanceSectionId; state: InstanceState }) {
  return (
    <fieldset className={styles.rows} disabled={state.problem !== undefined}>
      <legend className="off-screen">Settings</legend>
      {keysIn(section).map(key => (
        <SettingRow key={key} name={key} state={state} />
      ))}
    </fieldset>
  )
}
