/** How long a link works: a chip that says it and opens the choices. */
import { useState } from 'react'
import type { Link } from '../../src-server/contract/links.ts'
import { messageOf } from '../lib/errors.ts'
import { formatExact, formatMoment, toLocalField } from '../lib/format.ts'
import { useNow } from '../lib/now.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { say } from '../ui/Toaster.tsx'
import { expiryFromField, expiryIn, expiryPresets } from './expiry-presets.ts'
import { expires } from './link-words.ts'
import { OptionChip } from './OptionChip.tsx'
import { useChangeLink } from './queries.ts'

export function ExpiryMenu({ link }: { link: Link }) {
  const now = useNow()
  const change = useChangeLink(link.code)
  const [isChoosingDate, setIsChoosingDate] = useState(false)
  const isOver = link.expiresAt !== undefined && Date.parse(link.expiresAt) <= now
  const phrase = link.expiresAt
    ? isOver
      ? 'Expired'
      : expires({ ...link, enabled: true, maxVisits: undefined }, now).phrase
    : 'Never expires'

  function set(expiresAt: string | null) {
    change.mutate({ expiresAt }, { onError: error => say(messageOf(error), { isBad: true }) })
  }
  return (
    <>
      <OptionChip
        tone={link.expiresAt ? (isOver ? 'bad' : 'on') : 'plain'}
        icon={link.expiresAt ? 'clock' : 'infinity'}
        word={phrase}
        name={`Expiry of /${link.code}: ${phrase}`}
        title={link.expiresAt && formatExact(link.expiresAt)}
        choices={[
          ...expiryPresets.map(({ name, milliseconds }) => ({ word: name, choose: () => set(expiryIn(milliseconds)) })),
          { word: 'Date…', choose: () => setIsChoosingDate(true) },
          { word: 'Never', choose: () => set(null), isEnd: true },
        ]}
      />
      {isChoosingDate && (
        <DateDialog
          code={link.code}
          onClose={() => setIsChoosingDate(false)}
          onChoose={expiresAt => {
            setIsChoosingDate(false)
            set(expiresAt)
          }}
        />
      )}
    </>
  )
}

interface DateDialogProps {
  readonly code: string
  readonly onClose: () => void
  readonly onChoose: (expiresAt: string) => void
}

function DateDialog({ code, onClose, onChoose }: DateDialogProps) {
  const [value, setValue] = useState(() => toLocalField(Date.now() + 7 * 86_400_000))
  const [error, setError] = useState<string>()
  const expiresAt = expiryFromField(value)
  function submit() {
    if (!expiresAt) setError('Enter a day and a time')
    else if (Date.parse(expiresAt) <= Date.now()) setError('Choose a time that is still to come')
    else onChoose(expiresAt)
  }
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary">
        Set expiry
      </button>
    </>
  )
  return (
    <Dialog title={`When /${code} stops working`} onClose={onClose} onSubmit={submit} buttons={buttons}>
      <Field
        label="Day and time"
        hint={expiresAt && `Works until ${formatMoment(expiresAt, Date.now())}`}
        error={error}
      >
        {control => (
          <input
            {...control}
            type="datetime-local"
            value={value}
            min={toLocalField(Date.now())}
            onChange={event => setValue(event.target.value)}
          />
        )}
      </Field>
    </Dialog>
  )
}
