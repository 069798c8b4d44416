/** What the desktop has to tell: its server is down, secrets lie unprotected, the first start's password. */
import { useState } from 'react'
import type { DesktopStatus } from '../../src-main/contract.ts'
import { ask } from '../lib/desktop.ts'
import { messageOf } from '../lib/errors.ts'
import { Icon } from '../ui/Icon.tsx'
import { Notice } from '../ui/Notice.tsx'
import { say } from '../ui/Toaster.tsx'
import styles from './desktop.module.css'
import { useDesktopStatus } from './queries.ts'

export function DesktopNotices() {
  const status = useDesktopStatus()
  if (!status) return null
  return (
    <>
      <ServerNotice server={status.server} />
      {status.secretStore.problem && <SecretsNotice problem={status.secretStore.problem} />}
      {status.isFirstStart && <FirstStartNotice secretStore={status.secretStore} />}
    </>
  )
}

/** The embedded server's process, where it does not run. */
export function ServerNotice({ server }: { server: DesktopStatus['server'] }) {
  if (server.state === 'restarting') {
    return (
      <Notice kind="warn" title="Trunk8’s server stopped and is starting again.">
        {server.detail}
      </Notice>
    )
  }
  if (server.state !== 'failed') return null
  const start = (
    <button type="button" className="btn btn-primary" onClick={() => attempt(ask('restartServer'))}>
      Start it again
    </button>
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

function FirstStartNotice({ secretStore }: { secretStore: DesktopStatus['secretStore'] }) {
  const [password, setPassword] = useState<string>()
  const where = secretStore.kind === 'keychain' ? 'this computer’s keychain' : 'a file that only you can read'
  async function toggle() {
    setPassword(password === undefined ? await ask('showAdminPassword') : undefined)
  }
  const actions = (
    <>
      <button type="button" className="btn" onClick={() => attempt(toggle())}>
        <Icon name={password === undefined ? 'eye' : 'eye-slash'} />
        {password === undefined ? 'Show' : 'Hide'}
      </button>
      <button
        type="button"
        className="btn"
        onClick={() => attempt(ask('copyAdminPassword').then(() => say('Admin password copied')))}
      >
        <Icon name="copy" />
        Copy
      </button>
      <button type="button" className="btn btn-primary" onClick={() => attempt(ask('dismissFirstStart'))}>
        Got it
      </button>
    </>
  )
  return (
    <Notice kind="info" title={`Your admin password is in ${where}.`} actions={actions}>
      You need it only to sign in from another device.
      {password !== undefined && <output className={`mono strong ${styles.password}`}>{password}</output>}
    </Notice>
  )
}

function attempt(work: Promise<unknown>): void {
  work.catch(error => say(messageOf(error), { isBad: true }))
}
