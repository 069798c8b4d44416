/** All that is there for who has yet to set up the second step that this Trunk8 asks for. */
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useEffect } from 'react'
import type { User } from '../../src-server/contract/sessions.ts'
import { messageOf } from '../lib/errors.ts'
import { Icon } from '../ui/Icon.tsx'
import { PageState } from '../ui/PageState.tsx'
import { twoFactorQuery, useEnrolled } from './queries.ts'
import { SetUp, type SetUpStep } from './SetUp.tsx'
import styles from './two-factor.module.css'

interface EnrolPageProps {
  readonly user: User
  readonly onSignOut: () => void
}

export function EnrolPage({ user, onSignOut }: EnrolPageProps) {
  const query = useQuery(twoFactorQuery())
  const finish = useEnrolled()
  useEffect(() => {
    document.title = 'Set up a second step – Trunk8'
  }, [])
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <div className={styles.pageHead}>
          <span className={`t8-logo ${styles.logo}`}>
            <Icon name="arrow-up-right" />
          </span>
          <span className="muted sm cut grow">{user.displayName || user.username}</span>
          <button type="button" className="btn btn-quiet" onClick={onSignOut}>
            Sign out
          </button>
        </div>
        {query.data && <SetUp asksPassword={query.data.asksPassword} onDone={finish} frame={asPage} />}
        {query.isPending && <PageState title="One moment…" />}
        {query.isError && !query.data && (
          <PageState title="This could not be loaded" isError>
            {messageOf(query.error)}
          </PageState>
        )}
      </div>
    </main>
  )
}

const asPage = ({ title, onSubmit, buttons, body }: SetUpStep): ReactNode => {
  const parts = (
    <>
      <h1 className={styles.title}>{title}</h1>
      {onSubmit && <p className="muted">Whoever runs this Trunk8 asks you for one. It takes a minute.</p>}
      {body}
      <div className={styles.pageButtons}>{buttons}</div>
    </>
  )
  if (!onSubmit) return <div className={styles.form}>{parts}</div>
  function submit(event: FormEvent) {
    event.preventDefault()
    onSubmit?.()
  }
  return (
    <form noValidate className={styles.form} onSubmit={submit}>
      {parts}
    </form>
  )
}
