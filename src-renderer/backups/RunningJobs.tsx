/** Backups and restores that are under way, and those that went wrong a moment ago. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Job } from '../../src-server/contract/jobs.ts'
import { formatProgress } from '../lib/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { ResultCard } from '../ui/ResultCard.tsx'
import styles from './backups.module.css'
import { backupQueries, useCancelJob } from './queries.ts'

/** `told`: what is said above already, and not said twice. */
export function RunningJobs({ told = '' }: { told?: string | undefined }) {
  const { data } = useQuery(backupQueries.jobs())
  const [dismissed, setDismissed] = useState<readonly string[]>([])
  const shown = (data?.items ?? []).filter(
    ({ id, state, error }) =>
      state === 'running' || (state === 'failed' && !dismissed.includes(id) && !(error && told.includes(error.detail))),
  )
  if (shown.length === 0) return null
  return (
    <div className={styles.jobs}>
      {shown.map(job =>
        job.state === 'running' ? (
          <RunningJob key={job.id} job={job} />
        ) : (
          <FailedJob key={job.id} job={job} onDismiss={() => setDismissed(ids => [...ids, job.id])} />
        ),
      )}
    </div>
  )
}

function RunningJob({ job }: { job: Job }) {
  const { title, done, total } = job
  const cancel = useCancelJob()
  return (
    <ResultCard
      name={title}
      icon="archive"
      heading={title}
      detail={<span className="num">{total === undefined ? 'Starting…' : formatProgress(done, total)}</span>}
      progress={total ? Math.min(1, done / total) : 0}
      actions={
        <button
          type="button"
          className="btn btn-quiet btn-s"
          aria-label={`Cancel: ${title}`}
          disabled={cancel.isPending}
          onClick={() => cancel.mutate(job)}
        >
          Cancel
        </button>
      }
    />
  )
}

function FailedJob({ job: { title, error }, onDismiss }: { job: Job; onDismiss: () => void }) {
  return (
    <ResultCard
      name={`${title}: failed`}
      icon="archive"
      isBad
      heading={title}
      detail={<span title={error?.detail}>{error?.detail}</span>}
      actions={
        <button
          type="button"
          className="btn btn-quiet btn-s btn-icon"
          aria-label={`Dismiss: ${title}`}
          title="Dismiss"
          onClick={onDismiss}
        >
          <Icon name="x-lg" />
        </button>
      }
    />
  )
}
