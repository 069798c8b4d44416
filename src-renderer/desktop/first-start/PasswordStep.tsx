/** Step 2: the admin password, which was made or typed a moment ago, shown once. */
import { useState } from 'react'
import type { DesktopStatus } from '../../../src-main/contract.ts'
import { messageOf } from '../../lib/errors.ts'
import { Icon } from '../../ui/Icon.tsx'
import { CopyPassword, NewPassword, placeOf } from '../AdminPassword.tsx'
import { useAdminPassword, useChangeAdminPassword } from '../queries.ts'
import styles from './first-start.module.css'

interface PasswordStepProps {
  readonly status: DesktopStatus
  /** The person typed it for the folder that they chose. */
  readonly isKnown: boolean
  readonly onBack: () => void
  readonly onDone: () => void
}

export function PasswordStep({ status, isKnown, onBack, onDone }: PasswordStepProps) {
  const [isChoosing, setIsChoosing] = useState(false)
  const [isChosen, setIsChosen] = useState(false)
  const { passwordFixedBy, secretStore } = status
  if (isChoosing) {
    const stop = () => setIsChoosing(false)
    return (
      <>
        <h1 tabIndex={-1}>Choose your admin password</h1>
        <p className={styles.lead}>It goes into {placeOf(secretStore)} in place of the one that we made.</p>
        <div className={styles.body}>
          <NewPassword
            onDone={() => {
              setIsChosen(true)
              stop()
            }}
            onCancel={stop}
          />
        </div>
      </>
    )
  }
  return (
    <>
      <h1 tabIndex={-1}>{passwordFixedBy ? 'Your admin password is set' : 'Here’s your admin password'}</h1>
      <p className={styles.lead}>
        {passwordFixedBy
          ? `${passwordFixedBy} sets it for this run.`
          : isKnown || isChosen
            ? `It’s the one that you chose, and it’s in ${placeOf(secretStore)}.`
            : `We made it for you and put it in ${placeOf(secretStore)}.`}{' '}
        You need it only to sign in from another device.
      </p>
      <div className={styles.body}>{!passwordFixedBy && <ShownPassword secretStore={secretStore} />}</div>
      <div className={styles.foot}>
        {!passwordFixedBy && (
          <button type="button" className={`btn btn-quiet btn-l ${styles.own}`} onClick={() => setIsChoosing(true)}>
            Choose my own
          </button>
        )}
        <span className="grow" />
        <button type="button" className="btn btn-l" onClick={onBack}>
          Back
        </button>
        <button type="button" className="btn btn-primary btn-l" onClick={onDone}>
          Continue
        </button>
      </div>
    </>
  )
}

function ShownPassword({ secretStore }: Pick<DesktopStatus, 'secretStore'>) {
  const password = useAdminPassword(true)
  const change = useChangeAdminPassword()
  const error = password.error ?? change.error
  return (
    <>
      <div className={`t8-card ${styles.password}`}>
        <output className="mono grow">{password.data}</output>
        <button
          type="button"
          className="btn btn-quiet btn-icon"
          aria-label="Make another"
          title="Make another"
          disabled={change.isPending}
          onClick={() => change.mutate(undefined)}
        >
          <Icon name="arrow-clockwise" />
        </button>
        <CopyPassword />
      </div>
      {error && (
        <p className="bad sm" role="alert">
          {messageOf(error)}.
        </p>
      )}
      {secretStore.kind === 'keychain' ? (
        <p className="row-x sm">
          <span className="ok">
            <Icon name="check-lg" />
          </span>
          In the keychain. Shown here once: copy it if you want it elsewhere too.
        </p>
      ) : (
        <p className="row-x sm warn">
          <Icon name="exclamation-triangle" />
          <span>{secretStore.problem ?? 'It is in a file that only you can read.'}</span>
        </p>
      )}
    </>
  )
}
