/** A quiet line above the screen while something in the files cannot be understood. Gone as soon as it is mended. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { formatCount } from '../lib/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { ProblemsDialog } from './ProblemsDialog.tsx'
import styles from './problems.module.css'
import { problemsQuery } from './queries.ts'

export function ProblemsNotice() {
  const { data: problems = [] } = useQuery(problemsQuery())
  const [isOpen, setIsOpen] = useState(false)
  const [hidden, setHidden] = useState('')
  const what = problems.map(({ id }) => id).join('\n')
  if (problems.length === 0 || (what === hidden && !isOpen)) return null
  return (
    <section className={styles.bar} aria-label="Problems in files">
      <Icon name="exclamation-triangle" className="warn" />
      <p className="cut" role="status">
        {problems.length === 1
          ? 'One thing in the files needs a look'
          : `${formatCount(problems.length)} things in the files need a look`}
      </p>
      <span className="grow" />
      <button type="button" className="btn btn-s" onClick={() => setIsOpen(true)}>
        Show
      </button>
      <button
        type="button"
        className="btn btn-quiet btn-s btn-icon"
        aria-label="Hide until something else turns up"
        title="Hide until something else turns up"
        onClick={() => setHidden(what)}
      >
        <Icon name="x-lg" />
      </button>
      {isOpen && <ProblemsDialog problems={problems} onClose={() => setIsOpen(false)} />}
    </section>
  )
}
