/** Switches the second step off, for who shows that it is them. */
import type { TwoFactorState } from '../../src-server/contract/two-factor.ts'
import { AskDialog } from '../ui/AskDialog.tsx'
import { say } from '../ui/Toaster.tsx'
import { ProofFields, useProof } from './ProofFields.tsx'
import { useSwitchOff } from './queries.ts'

export function SwitchOffDialog({ state, onClose }: { state: TwoFactorState; onClose: () => void }) {
  const proof = useProof(state)
  const switchOff = useSwitchOff()
  function submit() {
    const given = proof.take()
    if (!given) return
    switchOff.mutate(given, {
      onSuccess() {
        say('Your second step is off')
        onClose()
      },
    })
  }
  return (
    <AskDialog
      title="Switch off the second step"
      act="Switch off"
      isDisabled={switchOff.isPending}
      onAct={submit}
      onClose={onClose}
    >
      <p>
        From then on your password alone lets you in, and the recovery codes are worth nothing. You are signed out
        everywhere else.
      </p>
      {state.isRequired && state.asksCode && (
        <p className="muted sm">This Trunk8 asks for a second step, so you will set up another one right after.</p>
      )}
      <ProofFields proof={proof} error={switchOff.error} />
    </AskDialog>
  )
}
