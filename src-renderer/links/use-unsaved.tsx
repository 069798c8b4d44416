/** Text that was typed is not lost unasked: neither by going to another screen nor by closing the page. */
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { holdScreen } from '../lib/location.ts'
import { Dialog } from '../ui/Dialog.tsx'

interface Unsaved {
  /** The question, while it is asked. */
  readonly question: ReactNode
  /** To be called when all is saved, before another screen is shown. */
  readonly release: () => void
}

export function useUnsaved(isUnsaved: boolean): Unsaved {
  const [leave, setLeave] = useState<() => void>()
  const letGo = useRef(() => {})
  useEffect(() => {
    if (!isUnsaved) return
    const askFirst = (event: BeforeUnloadEvent) => event.preventDefault()
    const release = holdScreen(go => setLeave(() => go))
    addEventListener('beforeunload', askFirst)
    letGo.current = () => {
      release()
      removeEventListener('beforeunload', askFirst)
    }
    return letGo.current
  }, [isUnsaved])
  const release = useCallback(() => letGo.current(), [])
  const stay = () => setLeave(undefined)
  function discard() {
    release()
    leave?.()
  }
  return { release, question: leave && <LeaveDialog onStay={stay} onDiscard={discard} /> }
}

function LeaveDialog({ onStay, onDiscard }: { onStay: () => void; onDiscard: () => void }) {
  const buttons = (
    <>
      <button type="button" className="btn btn-danger-quiet" onClick={onDiscard}>
        Discard
      </button>
      <button type="button" className="btn btn-primary" onClick={onStay}>
        Keep writing
      </button>
    </>
  )
  return (
    <Dialog title="Leave without saving?" onClose={onStay} buttons={buttons}>
      <p>What you typed here is not saved yet.</p>
    </Dialog>
  )
}
