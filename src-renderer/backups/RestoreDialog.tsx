/** Brings a backup back, in three steps: which and how, what would happen, what happened. */
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { RestoreReport } from '../../src-server/contract/backups.ts'
import { AppError } from '../../src-server/contract/errors.ts'
import { messageOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { isChanged, outcomeWords } from './backup-words.ts'
import styles from './backups.module.css'
import { backupQueries, type Source, useCancelJob, useRestore } from './queries.ts'
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
        <button
          type="button"
          className="btn"
          disabled={isPending && report !== undefined}
          onClick={report ? back : onClose}
        >
          {report ? 'Back' : 'Cancel'}
        </button>
      )}
      <button type="submit" className="btn btn-primary" disabled={!isReady || isPending}>
        {label}
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
      {isPending && <Progress isRestoring={report !== undefined} sent={share} />}
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

/** How far it is: sending the file, reading it, or restoring, which can still be stopped. */
function Progress({ isRestoring, sent }: { isRestoring: boolean; sent: number }) {
  const { data } = useQuery(backupQueries.jobs())
  const cancel = useCancelJob()
  const job = isRestoring ? data?.items.find(({ kind, state }) => kind === 'restore' && state === 'running') : undefined
  const share = isRestoring ? (job?.total ? job.done / job.total : 0) : sent
  const isSending = !isRestoring && sent > 0 && sent < 1
  const words = isRestoring ? 'Restoring…' : isSending ? 'Sending the file…' : 'Looking at the backup…'
  return (
    <div className={styles.progress}>
      <p className="sm" role="status">
        {words}
      </p>
      {job && (
        <button type="button" className="btn btn-quiet btn-s" onClick={() => cancel.mutate(job)}>
          Stop
        </button>
      )}
      <div className="t8-bar" role="progressbar" aria-label={words} aria-valuenow={Math.round(share * 100)}>
        <span style={{ transform: `scaleX(${Math.min(1, share)})` }} />
      </div>
    </div>
  )
}
