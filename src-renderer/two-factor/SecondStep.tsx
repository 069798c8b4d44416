/** One's second step, under how one signs in. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { TwoFactorState } from '../../src-server/contract/two-factor.ts'
import { formatFact, formatMany } from '../lib/format.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import { Part } from '../ui/Part.tsx'
import { say } from '../ui/Toaster.tsx'
import { NewCodesDialog } from './NewCodesDialog.tsx'
import { twoFactorQuery } from './queries.ts'
import { SetUp } from './SetUp.tsx'
import { SwitchOffDialog } from './SwitchOffDialog.tsx'
import styles from './two-factor.module.css'

type Open = 'set up' | 'new codes' | 'off'

export function SecondStep() {
  const query = useQuery(twoFactorQuery())
  const [open, setOpen] = useState<Open>()
  const { data: state } = query
  const close = () => setOpen(undefined)
  return (
    <Part
      title="Second step"
      lead="After your password, Trunk8 asks for a code that an app on your phone shows. Who has only one of the two stays out."
      action={
        <>
          {state?.isOn && <span className="t8-pill ok">On</span>}
          {state && !state.isOn && !state.fixedBy && (
            <button type="button" className="btn" onClick={() => setOpen('set up')}>
              <Icon name="shield-lock" />
              Set up
            </button>
          )}
        </>
      }
    >
      {query.isPending && (
        <div role="status" aria-label="Loading your second step">
          <span className="t8-bone" />
        </div>
      )}
      {query.isError && !state && (
        <NotLoaded
          title="Your second step could not be loaded"
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      )}
      {state && <Standing state={state} onOpen={setOpen} />}
      {state && open === 'set up' && (
        <SetUp
          asksPassword={state.asksPassword}
          onCancel={close}
          onDone={() => {
            close()
            say('Your second step is on')
          }}
          frame={({ title, onSubmit, buttons, body }) => (
            <Dialog title={title} onClose={close} {...(onSubmit && { onSubmit })} buttons={buttons}>
              {body}
            </Dialog>
          )}
        />
      )}
      {state && open === 'new codes' && <NewCodesDialog state={state} onClose={close} />}
      {state && open === 'off' && <SwitchOffDialog state={state} onClose={close} />}
    </Part>
  )
}

function Standing({ state, onOpen }: { state: TwoFactorState; onOpen: (open: Open) => void }) {
  const { isOn, since, recoveryCodesLeft: left, isRequired, fixedBy } = state
  if (fixedBy !== undefined) return <p className="muted sm">{fixedBy}</p>
  if (!isOn) return isRequired && <p className="muted sm">This Trunk8 asks for one when you sign in from elsewhere.</p>
  return (
    <>
      <p className="sm">
        {since && `Since ${formatFact(since)} · `}
        {left === 0 ? 'No recovery codes left' : `${formatMany(left, 'recovery code')} left`}
      </p>
      {left <= 2 && (
        <p className={`warn sm ${styles.warning}`}>
          <Icon name="exclamation-triangle" />
          Make new recovery codes, so that a lost phone does not lock you out
        </p>
      )}
      <div className={styles.actions}>
        <button type="button" className="btn" onClick={() => onOpen('new codes')}>
          New recovery codes
        </button>
        <button type="button" className="btn btn-quiet btn-danger-quiet" onClick={() => onOpen('off')}>
          Switch off
        </button>
      </div>
    </>
  )
}
