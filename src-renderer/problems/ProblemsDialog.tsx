/** Each problem with its place in the file, what is wrong, and what holds meanwhile. */
import type { FileProblem } from '../../src-server/contract/problems.ts'
import { ask, isDesktop } from '../lib/desktop.ts'
import { messageOf } from '../lib/errors.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { say } from '../ui/Toaster.tsx'
import styles from './problems.module.css'

interface ProblemsDialogProps {
  readonly problems: readonly FileProblem[]
  readonly onClose: () => void
}

export function ProblemsDialog({ problems, onClose }: ProblemsDialogProps) {
  return (
    <Dialog title="Problems in files" onClose={onClose}>
      <p className="muted">
        Nothing in these files was changed or lost. Mend them with any text editor: Trunk8 sees it at once.
      </p>
      <ul className={styles.list}>
        {problems.map(problem => (
          <Problem key={problem.id} problem={problem} />
        ))}
      </ul>
    </Dialog>
  )
}

function Problem({ problem: { kind, file, line, column, entry, detail, owner } }: { problem: FileProblem }) {
  return (
    <li className={styles.problem}>
      <div className={styles.head}>
        <Icon name={kind === 'file' ? 'exclamation-octagon' : 'exclamation-triangle'} className={toneOf(kind)} />
        <span className={`strong ${styles.file}`}>{file}</span>
        {isDesktop && (
          <button
            type="button"
            className="btn btn-s"
            aria-label={`Show the file ${file}`}
            onClick={() => void ask('showFile', { file }).catch(error => say(messageOf(error), { isBad: true }))}
          >
            Show the file
          </button>
        )}
        <CopyButton text={file} name={`Copy the path ${file}`} className="btn-quiet btn-s btn-icon" />
      </div>
      <p className={styles.detail}>{detail}</p>
      <p className={`muted xs ${styles.place}`}>{placeWords({ kind, line, column, entry, owner })}</p>
    </li>
  )
}

const toneOf = (kind: FileProblem['kind']): string => (kind === 'file' ? 'bad' : 'warn')

/** `Line 3, column 9 · links.red-fox · Ann’s file`. */
function placeWords({ kind, line, column, entry, owner }: Omit<FileProblem, 'id' | 'file' | 'detail'>): string {
  const place = line === undefined ? undefined : `Line ${line}${column === undefined ? '' : `, column ${column}`}`
  const parts = [place ?? (kind === 'file' ? 'The whole file' : undefined), entry, owner && `Belongs to ${owner}`]
  return parts.filter(Boolean).join(' · ')
}
