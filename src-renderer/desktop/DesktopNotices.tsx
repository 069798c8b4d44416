/** What the desktop has to tell: its server is down, secrets lie unprotected, a password was made. */
import { useState } from 'react'
import type { DesktopStatus } from '../../src-main/contract.ts'
import { ask } from '../lib/desktop.ts'
import { Icon } from '../ui/Icon.tsx'
import { Notice } from '../ui/Notice.tsx'
import { CopyPassword, placeOf } from './AdminPassword.tsx'
import { attempt } from './attempt.ts'
import styles from './desktop.module.css'
import { useAdminPassword, useDesktopStatus } from './queries.ts'
import { UseAnotherFolder } from './UseAnotherFolder.tsx'

export function DesktopNotices() {
  const status = useDesktopStatus()
  if (!status) return null
  return (
    <>
      <ServerNotice status={status} />
      {status.secretStore.problem && <SecretsNotice problem={status.secretStore.problem} />}
      {status.isPasswordUnseen && <PasswordNotice secretStore={status.secretStore} />}
    </>
  )
}

/** The embedded server's process, where it does not run. */
export function ServerNotice({ status: { server, dataDirFixedBy } }: { status: DesktopStatus }) {
  if (server.state === 'restarting') {
    return (
      <Notice kind="warn" title="Trunk8’s server stopped and is starting again.">
        {server.detail}
      </Notice>
    )
  }
  if (server.state !== 'failed') return null
  const start = (
    <>
      {!dataDirFixedBy && <UseAnotherFolder />}
      <button type="button" className="btn btn-primary" onClick={() => attempt(ask('restartServer'))}>
        Start it again
      </button>
    </>
  )
  return (
    <Notice kind="bad" title="Trunk8’s server does not run." actions={start}>
      {server.detail}
    </Notice>
  )
}

function SecretsNotice({ problem }: { problem: string }) {
  const [isSeen, setIsSeen] = useState(false)
  if (isSeen) return null
  const close = (
    <button type="button" className="btn" onClick={() => setIsSeen(true)}>
      Got it
    </button>
  )
  return (
    <Notice kind="warn" title="The admin password is not in the keychain." actions={close}>
      {problem}
    </Notice>
  )
}

function PasswordNotice({ secretStore }: { secretStore: DesktopStatus['secretStore'] }) {
  const [isShown, setIsShown] = useState(false)
  const password = useAdminPassword(isShown)
  const actions = (
    <>
      <button type="button" className="btn" aria-pressed={isShown} onClick={() => setIsShown(!isShown)}>
        <Icon name={isShown ? 'eye-slash' : 'eye'} />
        {isShown ? 'Hide' : 'Show'}
      </button>
      <CopyPassword />
      <button type="button" className="btn btn-primary" onClick={() => attempt(ask('dismissPassword'))}>
        Got it
      </button>
    </>
  )
  return (
    <Notice kind="info" title={`Your admin password is in ${placeOf(secretStore)}.`} actions={actions}>
      You need it only to sign in from another device.
      {isShown && <output className={`mono strong ${styles.password}`}>{password.data}</output>}
    </Notice>
  )
}
