/** What can be done with the links that are chosen; while it is done, how far it is and how to stop it. */
import Dropdown from 'react-bootstrap/Dropdown'
import { formatCount, formatMany } from '../lib/format.ts'
import { Icon } from '../ui/Icon.tsx'
import type { IconName } from '../ui/icons.ts'
import type { Bulk } from './bulk.ts'
import { expiryIn, expiryPresets } from './expiry-presets.ts'
import styles from './selection-bar.module.css'
import type { Selection } from './use-selection.ts'

interface SelectionBarProps {
  readonly selection: Selection
  readonly bulk: Bulk
  /** How many links the list has in all. */
  readonly total: number
  readonly onCopy: () => void
  readonly onDelete: () => void
}

export function SelectionBar(props: SelectionBarProps) {
  const { selection, bulk, total, onCopy, onDelete } = props
  const change = (action: 'enable' | 'disable') => void bulk.change(selection.codes(), { action })
  return (
    <section className={styles.bar} aria-label="Chosen links">
      <button
        type="button"
        className="btn btn-quiet btn-s btn-icon"
        aria-label="Choose none"
        title="Choose none (Esc)"
        onClick={selection.clear}
      >
        <Icon name="x-lg" />
      </button>
      <span className={`strong sm num ${styles.count}`} role="status">
        {formatCount(selection.size)} chosen
      </span>
      {selection.size < total && (
        <button type="button" className="link-button sm" onClick={selection.chooseAll}>
          Choose all {formatCount(total)}
        </button>
      )}
      <span className="grow" />
      <div className={styles.actions}>
        <Action icon="copy" word={selection.size === 1 ? 'Copy link' : 'Copy links'} onAct={onCopy} />
        <Action icon="pause-circle" word="Pause" onAct={() => change('disable')} />
        <Action icon="play-circle" word="Activate" onAct={() => change('enable')} />
        <ExpireMenu bulk={bulk} selection={selection} />
        <Action icon="trash" word="Delete" isBad onAct={onDelete} />
      </div>
    </section>
  )
}

interface ActionProps {
  readonly icon: IconName
  readonly word: string
  readonly isBad?: boolean
  readonly onAct: () => void
}

function Action({ icon, word, isBad, onAct }: ActionProps) {
  return (
    <button
      type="button"
      className={`btn btn-s ${styles.action} ${isBad ? 'btn-danger-quiet' : ''}`}
      title={word}
      onClick={onAct}
    >
      <Icon name={icon} />
      <span className={styles.word}>{word}</span>
    </button>
  )
}

function ExpireMenu({ bulk, selection }: Pick<SelectionBarProps, 'bulk' | 'selection'>) {
  const expire = (expiresAt: string | null) => void bulk.change(selection.codes(), { action: 'expire', expiresAt })
  return (
    <Dropdown align="end" drop="up">
      <Dropdown.Toggle as="button" bsPrefix={`btn btn-s ${styles.action}`} title="Expire…">
        <Icon name="clock" />
        <span className={styles.word}>Expire…</span>
      </Dropdown.Toggle>
      <Dropdown.Menu className="floating" popperConfig={{ strategy: 'fixed' }}>
        {expiryPresets.map(({ name, milliseconds }) => (
          <Dropdown.Item as="button" type="button" key={name} onClick={() => expire(expiryIn(milliseconds))}>
            In {name}
          </Dropdown.Item>
        ))}
        <Dropdown.Divider />
        <Dropdown.Item as="button" type="button" onClick={() => expire(null)}>
          Never
        </Dropdown.Item>
      </Dropdown.Menu>
    </Dropdown>
  )
}

const runningWords = {
  delete: 'Deleting',
  restore: 'Bringing back',
  enable: 'Activating',
  disable: 'Pausing',
  expire: 'Changing',
} as const

/** In the bar's place while something takes its time. */
export function ProgressBar({ selection, bulk, total }: Pick<SelectionBarProps, 'selection' | 'bulk' | 'total'>) {
  const { run } = bulk
  const [done, all] = run ? [run.done, run.total] : [selection.collected ?? 0, total]
  const words = run ? runningWords[run.action] : 'Choosing'
  return (
    <section className={styles.bar} aria-label="Chosen links">
      <span className="sm num" role="status">
        {words} {formatCount(done)} of {formatMany(all, 'link')}
      </span>
      <div
        className={`t8-bar grow ${styles.progress}`}
        role="progressbar"
        aria-label={words}
        aria-valuenow={Math.round((done / all) * 100)}
      >
        <span style={{ transform: `scaleX(${done / all})` }} />
      </div>
      <button type="button" className="btn btn-s" onClick={run ? bulk.stop : selection.stopCollecting}>
        Stop
      </button>
    </section>
  )
}
