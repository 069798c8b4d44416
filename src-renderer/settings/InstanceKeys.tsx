/** One section of config.toml with all that it may meet: loading, a file that is broken, no answer. */
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import { BrokenFileNotice } from './BrokenFileNotice.tsx'
import { type GroupHeads, InstanceSection } from './InstanceSection.tsx'
import { instanceQuery } from './instance-queries.ts'
import type { InstanceSectionId } from './sections.ts'
import styles from './settings.module.css'

interface InstanceKeysProps {
  readonly section: InstanceSectionId
  /** What stands above the keys. */
  readonly children?: ReactNode
  readonly heads?: GroupHeads | undefined
  /** What stands below the keys. */
  readonly below?: ReactNode
}

export function InstanceKeys({ section, children, heads, below }: InstanceKeysProps) {
  const { data, error, isPending, refetch } = useQuery(instanceQuery())
  if (isPending) return <Bones />
  if (!data) {
    return <NotLoaded title="The settings could not be loaded" error={error} onRetry={() => void refetch()} />
  }
  return (
    <>
      {data.problem && <BrokenFileNotice problem={data.problem} path={data.file} />}
      {children && <div className={styles.above}>{children}</div>}
      <InstanceSection section={section} state={data} heads={heads} />
      <p className={`muted xs ${styles.file}`}>
        These settings are kept in <span className="mono">{data.file}</span>
      </p>
      {below && <div className={styles.below}>{below}</div>}
    </>
  )
}

function Bones() {
  return (
    <div className={styles.bones} role="status" aria-label="Loading the settings">
      {[1, 2, 3].map(row => (
        <span key={row} className="t8-bone" />
      ))}
    </div>
  )
}
