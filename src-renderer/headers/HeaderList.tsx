/** What every answer tells the visitor’s browser, and what each of it is good for. */
import { useQuery } from '@tanstack/react-query'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import styles from './headers.module.css'
import { headersQuery } from './queries.ts'

export function HeaderList() {
  const { data, error, refetch } = useQuery(headersQuery())
  if (!data && !error) return <Bones />
  if (!data) {
    return <NotLoaded title="The headers could not be loaded" error={error} onRetry={() => void refetch()} />
  }
  return (
    <section aria-labelledby="headers-in-force">
      <h3 id="headers-in-force">What every answer says</h3>
      <p className="muted sm">Browsers follow these rules on each page and file that comes from here.</p>
      <dl className={styles.list}>
        {data.items.map(({ name, value }) => (
          <div key={name} className={styles.row}>
            <dt className="strong sm">{name}</dt>
            <dd>
              <p className="sm">{words[name]}</p>
              <p className={`mono xs muted ${styles.value}`}>{value}</p>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

const words: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    'Trunk8’s own pages load scripts, styles and pictures from here alone, so that nothing foreign can run in them.',
  'X-Frame-Options': 'No other site can show a page of Trunk8 inside its own and catch the clicks.',
  'X-Content-Type-Options': 'A file is taken for what it says it is. A browser never guesses that it is a script.',
  'Referrer-Policy': 'A site that somebody goes on to learns the name of this server at most, and no link.',
  'Permissions-Policy': 'What a page may not even ask for, such as the camera, the microphone and where you are.',
  'X-XSS-Protection': 'A rule for browsers of long ago. Today’s ignore it.',
}

function Bones() {
  return (
    <div className={styles.bones} role="status" aria-label="Loading the headers">
      {[1, 2, 3].map(row => (
        <span key={row} className="t8-bone" />
      ))}
    </div>
  )
}
