/** Step 1: a new folder where such things usually lie, in another place, or one that Trunk8 has used before. */
import { useState } from 'react'
import type { DesktopStatus, FoundFolder } from '../../../src-main/contract.ts'
import { messageOf } from '../../lib/errors.ts'
import { Icon } from '../../ui/Icon.tsx'
import { FolderCard, FolderFindings, KnownPasswordField } from '../FolderFindings.tsx'
import { useChooseFolder, useMoveTo } from '../queries.ts'
import styles from './first-start.module.css'

interface DataStepProps {
  readonly status: DesktopStatus
  /** Told whether the folder's admin password was typed; nothing where no folder was chosen. */
  readonly onDone: (isPasswordKnown?: boolean) => void
}

export function DataStep({ status, onDone }: DataStepProps) {
  const [found, setFound] = useState<FoundFolder>()
  const [adminPassword, setAdminPassword] = useState('')
  const choose = useChooseFolder()
  const move = useMoveTo()
  const error = move.error ?? choose.error

  function chooseFolder() {
    move.reset()
    choose.mutate(undefined, { onSuccess: folder => folder && setFound(folder) })
  }
  function goOn() {
    if (!found) return onDone()
    const given = found.kind === 'trunk8' ? adminPassword : ''
    move.mutate({ token: found.token, adminPassword: given }, { onSuccess: () => onDone(given !== '') })
  }
  const title = status.dataDirFixedBy ? `The folder that ${status.dataDirFixedBy} names` : 'In this folder'
  return (
    <>
      <h1 tabIndex={-1}>Where should your data live?</h1>
      <p className={styles.lead}>
        Links, files and people are in one folder on this computer. You can use one that Trunk8 has used before.
      </p>
      <div className={styles.body}>
        {found ? <FolderFindings found={found} /> : <FolderCard title={title} path={status.dataDir} />}
        {found?.kind === 'trunk8' && !status.passwordFixedBy && (
          <KnownPasswordField value={adminPassword} onChange={setAdminPassword} />
        )}
        {!status.dataDirFixedBy && (
          <div className="row-x">
            <button type="button" className="btn" disabled={choose.isPending || move.isPending} onClick={chooseFolder}>
              <Icon name="folder2-open" />
              {found ? 'Choose another…' : 'Another place, or a Trunk8 folder…'}
            </button>
            {found && (
              <button type="button" className="btn btn-quiet" onClick={() => setFound(undefined)}>
                Cancel
              </button>
            )}
          </div>
        )}
        {error && (
          <p className="bad sm" role="alert">
            {messageOf(error)}.
          </p>
        )}
      </div>
      <div className={styles.foot}>
        <span className="grow" />
        <button
          type="button"
          className="btn btn-primary btn-l"
          disabled={move.isPending || found?.kind === 'other'}
          onClick={goOn}
        >
          {move.isPending ? 'Opening it…' : 'Continue'}
        </button>
      </div>
    </>
  )
}
