/** Makes new recovery codes, for who shows that it is them. */
import { useState } from 'react'
import type { TwoFactorState } from '../../src-server/contract/two-factor.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { ProofFields, useProof } from './ProofFields.tsx'
import { useRenewCodes } from './queries.ts'
import { RecoveryCodes } from './RecoveryCodes.tsx'

export function NewCodesDialog({ state, onClose }: { state: TwoFactorState; onClose: () => void }) {
  const [codes, setCodes] = useState<readonly string[]>()
  const proof = useProof(state)
  const renew = useRenewCodes()
  function submit() {
    const given = proof.take()
    if (given) renew.mutate(given, { onSuccess: ({ recoveryCodes }) => setCodes(recoveryCodes) })
  }
  if (codes) {
    const done = (
      <button type="button" className="btn btn-primary" onClick={onClose}>
        I have kept them
      </button>
    )
    return (
      <Dialog title="Keep your recovery codes" onClose={onClose} buttons={done}>
        <RecoveryCodes codes={codes} />
      </Dialog>
    )
  }
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary" disabled={renew.isPending}>
        Make new codes
      </button>
    </>
  )
  return (
    <Dialog title="New recovery codes" onClose={onClose} onSubmit={submit} buttons={buttons}>
      <p>The ones that you have now stop working.</p>
      <ProofFields proof={proof} error={renew.error} />
    </Dialog>
  )
}
