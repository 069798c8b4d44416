/** Nobody can reach this computer though sharing is on: why, and the ways out. */
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { Port, type SharingProblem } from '../../src-server/contract/sharing.ts'
import { isDesktop } from '../lib/desktop.ts'
import { Notice } from '../ui/Notice.tsx'
import { sharingQuery, useChangeSharing } from './queries.ts'
import styles from './sharing.module.css'

export function SharingProblemNotice() {
  const { data: status } = useQuery(sharingQuery())
  if (!isDesktop || status?.state !== 'failed') return null
  const problem = status.problem
  return (
    <Notice kind="bad" title={problem?.detail ?? 'Sharing could not start.'} actions={<WaysOut problem={problem} />}>
      What you share is kept. Its links open as soon as this is mended.
    </Notice>
  )
}

function WaysOut({ problem }: { problem: SharingProblem | undefined }) {
  const change = useChangeSharing()
  const suggested = problem?.suggestedPort
  const isAddress = problem?.reason === 'address_missing'
  return (
    <>
      {!isAddress && <PortForm onChoose={chosen => change.mutate({ port: chosen, on: true })} />}
      <button type="button" className="btn" disabled={change.isPending} onClick={() => change.mutate({ on: true })}>
        Try again
      </button>
      {suggested !== undefined && (
        <button
          type="button"
          className="btn btn-primary"
          disabled={change.isPending}
          onClick={() => change.mutate({ port: suggested, on: true })}
        >
          Use {suggested}
        </button>
      )}
      {isAddress && (
        <button
          type="button"
          className="btn btn-primary"
          disabled={change.isPending}
          onClick={() => change.mutate({ host: null, on: true })}
        >
          Use the best address
        </button>
      )}
    </>
  )
}

function PortForm({ onChoose }: { onChoose: (port: number) => void }) {
  const [typed, setTyped] = useState('')
  const [refusal, setRefusal] = useState<string>()
  const noteId = useId()
  function submit(event: FormEvent) {
    event.preventDefault()
    const parsed = Port.safeParse(typed.trim() || undefined)
    if (parsed.success) onChoose(parsed.data)
    setRefusal(parsed.success ? undefined : parsed.error.issues[0]?.message)
  }
  return (
    <form noValidate className={styles.portForm} onSubmit={submit}>
      <input
        className={`form-control num ${refusal ? 'is-invalid' : ''}`}
        inputMode="numeric"
        aria-label="Another port"
        aria-invalid={refusal ? true : undefined}
        aria-describedby={refusal ? noteId : undefined}
        placeholder="Another port"
        value={typed}
        onChange={event => setTyped(event.target.value)}
      />
      <button type="submit" className="btn">
        Use this port
      </button>
      {refusal && (
        <span id={noteId} className={`bad xs ${styles.portNote}`}>
          {refusal}
        </span>
      )}
    </form>
  )
}
