/** Which backup, how, and into whose links. */
import { useQuery } from '@tanstack/react-query'
import { useId, useRef } from 'react'
import type { RestoreMode } from '../../src-server/contract/backups.ts'
import { isDesktop } from '../lib/desktop.ts'
import { messageOf } from '../lib/errors.ts'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { modes } from './backup-words.ts'
import styles from './backups.module.css'
import { backupQueries, type Source, useChooseBackup } from './queries.ts'

export interface RestoreChoice {
  readonly source: Source | undefined
  readonly mode: RestoreMode
  /** Left out: as the backup says. */
  readonly user: string | undefined
}

interface RestoreChoicesProps {
  readonly user: { readonly username: string; readonly isAdmin: boolean }
  /** The backup was chosen before. */
  readonly isGiven: boolean
  readonly choice: RestoreChoice
  readonly onChange: (choice: RestoreChoice) => void
}

export function RestoreChoices({ user, isGiven, choice, onChange }: RestoreChoicesProps) {
  return (
    <>
      {isGiven ? (
        <p className="muted sm">{nameOf(choice.source)}</p>
      ) : (
        <FileChoice source={choice.source} onChoose={source => onChange({ ...choice, source })} />
      )}
      <ModeChoice chosen={choice.mode} onChoose={mode => onChange({ ...choice, mode })} />
      <WhoseLinks user={user} chosen={choice.user} onChoose={name => onChange({ ...choice, user: name })} />
    </>
  )
}

function nameOf(source: Source | undefined): string {
  if (!source) return ''
  return source.kind === 'file' ? source.file.name : source.name
}

interface FileChoiceProps {
  readonly source: Source | undefined
  readonly onChoose: (source: Source) => void
}

function FileChoice({ source, onChoose }: FileChoiceProps) {
  const picker = useRef<HTMLInputElement>(null)
  const choose = useChooseBackup()
  const handleChoose = () => {
    if (!isDesktop) picker.current?.click()
    else choose.mutate(undefined, { onSuccess: chosen => chosen && onChoose(chosen) })
  }
  return (
    <div className={styles.file}>
      <input
        ref={picker}
        className="off-screen"
        type="file"
        accept=".zip,application/zip"
        aria-label="Backup file"
        tabIndex={-1}
        onChange={({ target: { files } }) => {
          const file = files?.[0]
          if (file) onChoose({ kind: 'file', file })
        }}
      />
      <button type="button" className="btn" disabled={choose.isPending} onClick={handleChoose}>
        <Icon name="folder2-open" />
        {choose.isPending ? 'Copying…' : 'Choose a file'}
      </button>
      <span className="cut sm muted" role="status">
        {nameOf(source) || 'A .zip that Trunk8 made'}
      </span>
      {choose.error && (
        <p className={`bad sm ${styles.wide}`} role="alert">
          {messageOf(choose.error)}
        </p>
      )}
    </div>
  )
}

function ModeChoice({ chosen, onChoose }: { chosen: RestoreMode; onChoose: (mode: RestoreMode) => void }) {
  const name = useId()
  return (
    <fieldset className={styles.modes}>
      <legend className="form-label">How</legend>
      {(['merge', 'replace'] as const).map(mode => (
        <label key={mode} className={styles.mode}>
          <input
            type="radio"
            className="form-check-input"
            name={name}
            checked={mode === chosen}
            onChange={() => onChoose(mode)}
          />
          <span>
            <span className="strong d-block">{modes[mode].title}</span>
            <span className="muted sm">{modes[mode].words}</span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

interface WhoseLinksProps {
  readonly user: RestoreChoicesProps['user']
  readonly chosen: string | undefined
  readonly onChoose: (user: string | undefined) => void
}

/** Of an admin, who may restore for others; everybody else restores what is theirs, whoever made it. */
function WhoseLinks({ user, chosen, onChoose }: WhoseLinksProps) {
  const { data: names = [] } = useQuery({ ...backupQueries.usernames(), enabled: user.isAdmin })
  if (!user.isAdmin) return null
  return (
    <Field label="Whose the links become">
      {({ className: _, ...control }) => (
        <select
          {...control}
          className="form-select w-100"
          value={chosen ?? ''}
          onChange={event => onChoose(event.target.value || undefined)}
        >
          <option value="">As the backup says</option>
          {names.map(name => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
