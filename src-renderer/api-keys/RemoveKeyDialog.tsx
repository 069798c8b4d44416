/** Takes a key away, once it is clear what stops with it. */
import type { ApiKey } from '../../src-server/contract/api-keys.ts'
import { messageOf } from '../lib/errors.ts'
import { useNow } from '../lib/now.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { say } from '../ui/Toaster.tsx'
import { lastUseIn } from './key-words.ts'
import { useRemoveKey } from './queries.ts'

interface RemoveKeyDialogProps {
  readonly apiKey: ApiKey
  readonly isOwn: boolean
  readonly onClose: () => void
}

export function RemoveKeyDialog({ apiKey, isOwn, onClose }: RemoveKeyDialogProps) {
  const remove = useRemoveKey(isOwn)
  const now = useNow()
  function submit() {
    remove.mutate(apiKey.id, {
      onSuccess() {
        say(`${apiKey.name} was removed`)
        onClose()
      },
    })
  }
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-danger" disabled={remove.isPending}>
        Remove key
      </button>
    </>
  )
  return (
    <Dialog title={`Remove ${apiKey.name}?`} onClose={onClose} onSubmit={submit} buttons={buttons}>
      <p>
        {isOwn ? 'Whatever uses it' : `Whatever ${apiKey.owner} uses it for`} is refused from then on. This cannot be
        undone. <span className="keep">{lastUseIn(apiKey, now)}.</span>
      </p>
      {remove.error && (
        <p className="bad sm" role="alert">
          {messageOf(remove.error)}
        </p>
      )}
    </Dialog>
  )
}
