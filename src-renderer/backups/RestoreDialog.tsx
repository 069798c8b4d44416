/** Brings a backup back, in three steps: which and how, what would happen, what happened. */
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { RestoreReport } from '../../src-server/contract/backups.ts'
import { AppError } from '../../src-server/contract/errors.ts'
import { messageOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { isChanged, outcomeWords } from './backup-words.ts'
import { type Source, useRestore } from './queries.ts'
import { type RestoreChoice, RestoreChoices } from './RestoreChoices.tsx'
import { RestoreReportView } from './RestoreReportView.tsx'

interface RestoreDialogProps {
  readonly user: { readonly username: string; readonly isAdmin: boolean }
  /** Left out: the person chooses a file. */
  readonly given: Source | undefined
  readonly onClose: () => void
}

export function RestoreDialog({ user, given, onClose }: RestoreDialogProps) {
  const [choice, setChoice] = useState<RestoreChoice>({ source: given, mode: 'merge', user: undefined })
  const { report, error, isPending, share, run, back } = useSteps(choice, setChoice)
  const isOver = report?.dryRun === false
  const isReady = isOver || (report ? report.blockedBy === undefined && report.users.some(isChanged) : choice.source)
  const submit = () => {
    if (isOver) onClose()
    else if (isReady && !isPending) run(report === undefined)
  }
  const label = isOver ? 'Done' : report ? 'Restore' : 'See what happens'
  const buttons = (
    <>
      {!isOver && (
        <button type="button" className="btn" onClick={report ? back : onClose}>
          {report ? 'Back' : 'Cancel'}
        </button>
      )}
      <button type="submit" className="btn btn-primary" disabled={!isReady || isPending}>
        {isPending ? progressWords(report !== undefined, share) : label}
      </button>
    </>
  )
  return (
    <Dialog title={titleOf(report)} onClose={onClose} onSubmit={submit} buttons={buttons}>
      <Step key={report ? String(report.dryRun) : 'choice'}>
        {isOver ? (
          <p>{outcomeWords(report.users)}</p>
        ) : report ? (
          <RestoreReportView report={report} />
        ) : (
          <RestoreChoices user={user} isGiven={given !== undefined} choice={choice} onChange={setChoice} />
        )}
      </Step>
      {error && (
        <p className="bad sm" role="alert">
          {error}
        </p>
      )}
    </Dialog>
  )
}

/** What was asked and answered so far. */
function useSteps(choice: RestoreChoice, setChoice: (choice: RestoreChoice) => void) {
  const restore = useRestore()
  const [report, setReport] = useState<RestoreReport>()
  const [share, setShare] = useState(0)
  const leaving = useRef(new AbortController())
  useEffect(() => {
    const controller = new AbortController()
    leaving.current = controller
    return () => controller.abort()
  }, [])
  const isStopped = restore.error instanceof AppError && restore.error.code === 'cancelled'

  function run(dryRun: boolean): void {
    const { source, mode, user } = choice
    if (!source) return
    const { signal } = leaving.current
    restore.mutate(
      { source, mode, user, dryRun, signal, onProgress: setShare },
      {
        onSuccess(answer) {
          setReport(answer)
          // What was sent once is not sent again.
          if (source.kind === 'file' && answer.upload !== undefined) {
            setChoice({ ...choice, source: { kind: 'upload', upload: answer.upload, name: source.file.name } })
          }
        },
      },
    )
  }
  function back(): void {
    restore.reset()
    setReport(undefined)
  }
  const error = restore.error && !isStopped ? messageOf(restore.error) : undefined
  return { report, error, isPending: restore.isPending, share, run, back }
}

/** Takes the focus when it comes, so that it is read out. */
function Step({ children }: { children: ReactNode }) {
  const step = useRef<HTMLDivElement>(null)
  useEffect(() => step.current?.focus({ preventScroll: true }), [])
  return (
    <div ref={step} tabIndex={-1} className="d-grid gap-3" style={{ outline: 'none' }}>
      {children}
    </div>
  )
}

function titleOf(report: RestoreReport | undefined): string {
  if (!report) return 'Restore a backup'
  return report.dryRun ? 'What a restore would do' : 'Restored'
}

function progressWords(isRestoring: boolean, share: number): string {
  if (isRestoring) return 'Restoring…'
  return share > 0 && share < 1 ? `Sending, ${Math.floor(share * 100)} %` : 'Looking…'
}
