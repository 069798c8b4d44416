/** How many may still open a link: a chip that says it and opens the choices, which count from now. */
import { useState } from 'react'
import { type Link, MaxVisits } from '../../src-server/contract/links.ts'
import { messageOf } from '../lib/errors.ts'
import { formatCount, formatMany } from '../lib/format.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { say } from '../ui/Toaster.tsx'
import { leftWord, openingOf, visitsLeft, whenItCounts } from './link-words.ts'
import { OptionChip } from './OptionChip.tsx'
import { useLimitVisits } from './queries.ts'

const presets = [1, 5, 10]

interface VisitsMenuProps {
  readonly link: Link
  /** Of the chip where there is no limit. */
  readonly addClass?: string | undefined
}

export function VisitsMenu({ link, addClass }: VisitsMenuProps) {
  const set = useSetLimit(link)
  const [isTyping, setIsTyping] = useState(false)
  const left = visitsLeft(link)
  const opening = openingOf(link)
  const word = left === undefined ? `One ${opening}` : leftWord(left)
  return (
    <>
      <OptionChip
        tone={left === undefined ? 'add' : left === 0 ? 'bad' : 'on'}
        icon="1-circle"
        word={word}
        name={left === undefined ? `One ${opening} of /${link.code}` : `${word}, ${opening}s of /${link.code}`}
        title={left === undefined ? whenItCounts(link, 1) : `${formatCount(link.visits)} of ${link.maxVisits} used`}
        className={left === undefined ? addClass : undefined}
        onAdd={() => set(1)}
        choices={[
          ...presets.map(count => ({ word: formatMany(count, opening), choose: () => set(count) })),
          { word: 'Number…', choose: () => setIsTyping(true) },
          { word: 'No limit', choose: () => set(null), isEnd: true },
        ]}
      />
      {isTyping && (
        <NumberDialog
          link={link}
          onClose={() => setIsTyping(false)}
          onChoose={count => {
            setIsTyping(false)
            set(count)
          }}
        />
      )}
    </>
  )
}

/** Sets how many may open it from now on, and says what that means; `null`: no limit. */
export function useSetLimit(link: Link): (more: number | null) => void {
  const limit = useLimitVisits(link.code)
  return more =>
    limit.mutate(more, {
      onSuccess: () => say(more === null ? `/${link.code} opens without a limit now` : whenItCounts(link, more)),
      onError: error => say(messageOf(error), { isBad: true }),
    })
}

interface NumberDialogProps {
  readonly link: Link
  readonly onClose: () => void
  readonly onChoose: (count: number) => void
}

function NumberDialog({ link, onClose, onChoose }: NumberDialogProps) {
  const [value, setValue] = useState(String(visitsLeft(link) || 1))
  const [refusal, setRefusal] = useState<string>()
  const opening = openingOf(link)
  function submit() {
    const checked = MaxVisits.safeParse(value || undefined)
    if (checked.success) onChoose(checked.data)
    else setRefusal(checked.error.issues[0]?.message)
  }
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary">
        Set limit
      </button>
    </>
  )
  return (
    <Dialog title={`How often /${link.code} opens`} onClose={onClose} onSubmit={submit} buttons={buttons}>
      <Field label={`${capital(opening)}s from now on`} hint="After that it opens for nobody" error={refusal}>
        {control => (
          <input
            {...control}
            autoFocus
            type="number"
            inputMode="numeric"
            min={1}
            autoComplete="off"
            value={value}
            onChange={event => {
              setRefusal(undefined)
              setValue(event.target.value)
            }}
          />
        )}
      </Field>
    </Dialog>
  )
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
