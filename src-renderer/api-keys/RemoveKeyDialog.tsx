/** Takes a key away, once it is clear what stops with it. */
import type { ApiKey } from '../../src-server/contract/api-keys.ts'
import { useNow } from '../lib/now.ts'
import { AskDialog } from '../ui/AskDialog.tsx'
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
  return (
    <AskDialog
      title={`Remove ${apiKey.name}?`}
      act="Remove key"
      isDisabled={remove.isPending}
      error={remove.error}
      onAct={submit}
      onClose={onClose}
    >
      <p>
        {isOwn ? 'Whatever uses it' : `Whatever ${apiKey.owner} uses it for`} is refused from then on. This cannot be
        undone. <span className="keep">{lastUseIn(apiKey, now)}.</span>
      </p>
    </AskDialog>
  )
}
