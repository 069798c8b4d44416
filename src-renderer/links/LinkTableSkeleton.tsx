/** Where the rows will be, while they load. */
import styles from './drawings.module.css'

const rows = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const cells = ['type', 'code', 'shares', 'visits', 'expires']

export function LinkTableSkeleton() {
  return (
    <div className={styles.bones} role="status" aria-label="Loading links">
      {rows.map(row => (
        <div key={row}>
          {cells.map(cell => (
            <span key={cell} className="t8-bone" />
          ))}
        </div>
      ))}
    </div>
  )
}
