/** config.toml cannot be read: where, why, and that nothing can be changed until somebody mends it. */
import type { FileProblem } from '../../src-server/contract/problems.ts'
import { Notice } from '../ui/Notice.tsx'
import styles from './settings.module.css'

export function BrokenFileNotice({ problem, path }: { problem: FileProblem; path: string }) {
  const { file, line, column, entry, detail } = problem
  const place = [line && `line ${line}`, column && `column ${column}`, entry].filter(Boolean).join(', ')
  return (
    <div className={styles.notice}>
      <Notice kind="bad" title={`${file} cannot be read${place && `: ${place}`}`}>
        <p>{detail}.</p>
        <p>
          Mend <span className="mono">{path}</span> in a text editor. Settings can be changed here again once it can be
          read.
        </p>
      </Notice>
    </div>
  )
}
