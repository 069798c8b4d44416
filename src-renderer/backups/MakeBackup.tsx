/** Begins a backup: one's own; an admin chooses whose. */
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { messageOf } from '../lib/errors.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './backups.module.css'
import { backupQueries, useStoreBackup } from './queries.ts'

export function MakeBackup({ user }: { user: { readonly username: string; readonly isAdmin: boolean } }) {
  const [chosen, setChosen] = useState(user.isAdmin ? '*' : user.username)
  const store = useStoreBackup()
  return (
    <div className={styles.make}>
      {user.isAdmin && <WhoseChoice self={user.username} chosen={chosen} onChoose={setChosen} />}
      <button type="button" className="btn btn-primary" disabled={store.isPending} onClick={() => store.mutate(chosen)}>
        <Icon name="archive" />
        Back up now
      </button>
      {store.error && (
        <p className={`bad sm ${styles.wide}`} role="alert">
          {messageOf(store.error)}
        </p>
      )}
    </div>
  )
}

interface WhoseChoiceProps {
  readonly self: string
  readonly chosen: string
  readonly onChoose: (user: string) => void
}

function WhoseChoice({ self, chosen, onChoose }: WhoseChoiceProps) {
  const id = useId()
  const { data: names = [] } = useQuery(backupQueries.usernames())
  return (
    <>
      <label className="off-screen" htmlFor={id}>
        Whose links to back up
      </label>
      <select id={id} className="form-select" value={chosen} onChange={event => onChoose(event.target.value)}>
        <option value="*">Everybody</option>
        <option value={self}>Only yours</option>
        {names
          .filter(name => name !== self)
          .map(name => (
            <option key={name} value={name}>
              Only {name}
            </option>
          ))}
      </select>
    </>
  )
}
