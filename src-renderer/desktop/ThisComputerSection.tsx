/** Settings, This computer: where the data lives, the admin password, where the secrets are. Only in the window. */
import { useState } from 'react'
import type { DesktopStatus } from '../../src-main/contract.ts'
import { ask } from '../lib/desktop.ts'
import { Icon } from '../ui/Icon.tsx'
import { say } from '../ui/Toaster.tsx'
import { CopyPassword, NewPassword } from './AdminPassword.tsx'
import { attempt } from './attempt.ts'
import styles from './desktop.module.css'
import { FolderCard } from './FolderFindings.tsx'
import { useAdminPassword, useDesktopStatus } from './queries.ts'
import { UseAnotherFolder } from './UseAnotherFolder.tsx'

export function ThisComputerSection() {
  const status = useDesktopStatus()
  if (!status) return null
  return (
    <div className={styles.blocks}>
      <DataFolder status={status} />
      <Password status={status} />
      <SecretPlace status={status} />
      <p className="muted xs">Trunk8 {status.version}</p>
    </div>
  )
}

function DataFolder({ status: { dataDir, dataDirFixedBy } }: { status: DesktopStatus }) {
  return (
    <section className={styles.block} aria-labelledby="data-folder">
      <h3 id="data-folder">Data folder</h3>
      <FolderCard title="Links, files and people are here" path={dataDir} />
      <div className={styles.actions}>
        <button type="button" className="btn" onClick={() => attempt(ask('openDataFolder'))}>
          Show the folder
        </button>
        <UseAnotherFolder isDisabled={dataDirFixedBy !== undefined} />
      </div>
      {dataDirFixedBy && (
        <p className="muted sm">{dataDirFixedBy} names it for this start. Start Trunk8 without it to choose another.</p>
      )}
    </section>
  )
}

function Password({ status: { passwordFixedBy } }: { status: DesktopStatus }) {
  const [isShown, setIsShown] = useState(false)
  const [isChanging, setIsChanging] = useState(false)
  const password = useAdminPassword(isShown)
  function finish() {
    setIsChanging(false)
    say('Admin password changed')
  }
  return (
    <section className={styles.block} aria-labelledby="admin-password">
      <h3 id="admin-password">Admin password</h3>
      <p>You need it only to sign in from another device, with the name left empty.</p>
      {isShown && <output className={`mono strong ${styles.password}`}>{password.data}</output>}
      {isChanging ? (
        <NewPassword onDone={finish} onCancel={() => setIsChanging(false)} />
      ) : (
        <div className={styles.actions}>
          <CopyPassword />
          <button type="button" className="btn" aria-pressed={isShown} onClick={() => setIsShown(!isShown)}>
            <Icon name={isShown ? 'eye-slash' : 'eye'} />
            {isShown ? 'Hide' : 'Show'}
          </button>
          <button
            type="button"
            className="btn"
            disabled={passwordFixedBy !== undefined}
            onClick={() => setIsChanging(true)}
          >
            Change password…
          </button>
        </div>
      )}
      {passwordFixedBy && (
        <p className="muted sm">{passwordFixedBy} sets it for this run, so it can’t be changed here.</p>
      )}
    </section>
  )
}

function SecretPlace({ status: { secretStore } }: { status: DesktopStatus }) {
  const isInKeychain = secretStore.kind === 'keychain'
  return (
    <section className={styles.block} aria-labelledby="secret-place">
      <h3 id="secret-place">Where secrets are kept</h3>
      <p className={`row-x ${isInKeychain ? '' : 'warn'}`}>
        <span className={isInKeychain ? 'ok' : ''}>
          <Icon name={isInKeychain ? 'check-lg' : 'exclamation-triangle'} />
        </span>
        <span>
          {secretStore.problem ??
            (isInKeychain
              ? 'The admin password is in this computer’s keychain, with the key that keeps people signed in.'
              : 'The admin password is in a file that only you can read.')}
        </span>
      </p>
    </section>
  )
}
