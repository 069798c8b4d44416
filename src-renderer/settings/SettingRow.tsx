/** One key of config.toml: what it is, its value, its default, and what came of the last change. */
import { useEffect, useId, useRef, useState } from 'react'
import { AppError } from '../../src-server/contract/errors.ts'
import {
  type InstanceKey,
  type InstanceState,
  instanceSettings,
  type SettingValue,
} from '../../src-server/contract/instance.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Icon } from '../ui/Icon.tsx'
import { useChangeInstance } from './instance-queries.ts'
import { LockOutDialog } from './LockOutDialog.tsx'
import { SettingControl } from './SettingControl.tsx'
import styles from './setting-row.module.css'
import { defaultInWords, hasLongChoices, isDefault, isWide } from './setting-words.ts'

interface SettingRowProps {
  readonly name: InstanceKey
  readonly state: InstanceState
}

const focusable = 'input:not([type="radio"]), input:checked, select'

export function SettingRow({ name, state }: SettingRowProps) {
  const { label, help } = instanceSettings[name]
  const id = useId()
  const { value, save, reset, reason, isSaved, lockOut } = useSetting(name, state)
  const overruledBy = state.overruled[name]
  // Radio buttons have labels of their own.
  const Label = hasLongChoices(name) ? 'span' : 'label'
  const control = useRef<HTMLDivElement>(null)
  const [resets, setResets] = useState(0)
  useEffect(() => {
    // The button that was pressed goes away.
    if (resets > 0) control.current?.querySelector<HTMLElement>(focusable)?.focus()
  }, [resets])
  const notes = [`${id}-help`, reason && `${id}-error`, overruledBy && `${id}-overruled`].filter(Boolean).join(' ')
  return (
    <div className={`${styles.row} ${isWide(name) ? styles.wide : ''}`}>
      <div className={styles.words}>
        <Label id={`${id}-label`} className="strong sm" {...(!hasLongChoices(name) && { htmlFor: id })}>
          {label}
        </Label>
        <p id={`${id}-help`} className="muted xs">
          {help}
        </p>
      </div>
      <div ref={control} className={styles.control}>
        <SettingControl
          // What was typed and refused goes with a reset.
          key={resets}
          name={name}
          value={value}
          onChange={save}
          isDisabled={overruledBy !== undefined}
          ids={{ control: id, label: `${id}-label`, notes, isWrong: reason !== undefined }}
        />
        {reason && (
          <p id={`${id}-error`} className={`xs bad ${styles.note}`} role="alert">
            <Icon name="exclamation-circle" />
            {reason}
          </p>
        )}
        {overruledBy ? (
          <p id={`${id}-overruled`} className={`xs muted ${styles.note}`}>
            <Icon name="lock" />
            Set for this run by {overruledBy}
          </p>
        ) : (
          <Foot
            name={name}
            value={value}
            isSaved={isSaved && !reason}
            onReset={() => {
              reset()
              setResets(resets + 1)
            }}
          />
        )}
      </div>
      {lockOut && <LockOutDialog {...lockOut} />}
    </div>
  )
}

interface FootProps {
  readonly name: InstanceKey
  readonly value: SettingValue
  readonly isSaved: boolean
  readonly onReset: () => void
}

/** Below the control: that it was saved, and the way back to the default. */
function Foot({ name, value, isSaved, onReset }: FootProps) {
  const { label } = instanceSettings[name]
  const words = `Reset to ${defaultInWords(name)}`
  return (
    <p className={`xs muted ${styles.note}`}>
      <span className={styles.saved} role="status">
        {isSaved && (
          <>
            <Icon name="check-lg" className="ok" />
            Saved
          </>
        )}
      </span>
      {isDefault(name, value) ? (
        <span>Default</span>
      ) : (
        <button type="button" className="link-button" aria-label={`${words}: ${label}`} onClick={onReset}>
          {words}
        </button>
      )}
    </p>
  )
}

/** The value that is shown, and the way to another one: checked here first, then by the server. */
function useSetting(name: InstanceKey, { values }: InstanceState) {
  const change = useChangeInstance(name)
  const [refused, setRefused] = useState<string>()
  const isSaved = useBriefly(change.isSuccess, change.submittedAt)
  const { schema, default: fallback } = instanceSettings[name]
  const sent = change.isPending ? (change.variables.value ?? fallback) : undefined

  function save(next: SettingValue): void {
    const issue = schema.safeParse(next).error?.issues[0]
    setRefused(issue?.message)
    if (issue) change.reset()
    else change.mutate({ value: next })
  }
  function reset(): void {
    setRefused(undefined)
    change.mutate({ value: null })
  }
  const errors = fieldErrorsOf(change.error)
  return {
    value: (sent ?? values[name]) as SettingValue,
    save,
    reset,
    reason: refused ?? errors[name] ?? errors[''] ?? Object.values(errors)[0],
    isSaved,
    ...lockOutIn(name, change),
  }
}

/** What was refused because the person would shut themselves out, and the two ways on. */
function lockOutIn(name: InstanceKey, { error, variables, mutate, reset }: ReturnType<typeof useChangeInstance>) {
  const isLockOut = name === 'access.login_allow' && error instanceof AppError && error.code === 'conflict'
  if (!isLockOut || !variables) return {}
  return {
    lockOut: { words: error.message, onConfirm: () => mutate({ ...variables, isConfirmed: true }), onCancel: reset },
  }
}

const briefly = 3000

/** Whether `is` has become true a moment ago; `when` tells one time from another. */
function useBriefly(is: boolean, when: number): boolean {
  const [isOver, setIsOver] = useState(0)
  useEffect(() => {
    if (!is) return undefined
    const timer = setTimeout(() => setIsOver(when), briefly)
    return () => clearTimeout(timer)
  }, [is, when])
  return is && isOver !== when
}
