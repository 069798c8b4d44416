/** Copies a text; for a moment its label says so, without a change of width. */
import { useEffect, useState } from 'react'
import { copy } from '../lib/clipboard.ts'
import { withoutScheme } from '../lib/format.ts'
import styles from './copy-button.module.css'
import { Icon } from './Icon.tsx'
import { say } from './Toaster.tsx'

const shownFor = 1500

interface CopyButtonProps {
  readonly text: string
  /** The word on the button; none: the icon alone. */
  readonly label?: string
  /** What it does, for who cannot see it. */
  readonly name: string
  /** Bootstrap's and our own button classes. */
  readonly className?: string
  readonly tabIndex?: number
  /** What is said to be copied, where the text itself is not to be shown. */
  readonly what?: string
}

export function CopyButton({ text, label, name, className = '', tabIndex, what }: CopyButtonProps) {
  const [isDone, setIsDone] = useState(false)
  useEffect(() => {
    if (!isDone) return
    const timer = setTimeout(() => setIsDone(false), shownFor)
    return () => clearTimeout(timer)
  }, [isDone])
  async function handleClick() {
    setIsDone(await copyAndSay(text, what))
  }
  return (
    <button
      type="button"
      className={`btn ${className}`}
      aria-label={name}
      title={label ? undefined : name}
      tabIndex={tabIndex}
      onClick={event => {
        event.stopPropagation()
        void handleClick()
      }}
    >
      {label ? (
        <span className={styles.faces}>
          <span className={isDone ? styles.hidden : ''}>
            <Icon name="copy" />
            {label}
          </span>
          <span className={isDone ? '' : styles.hidden} aria-hidden="true">
            Copied
          </span>
        </span>
      ) : (
        <Icon name={isDone ? 'check-lg' : 'copy'} className={isDone ? 'ok' : ''} />
      )}
    </button>
  )
}

/** Copies an address, or what `what` names, and says so, or says that it did not work. */
export async function copyAndSay(text: string, what?: string): Promise<boolean> {
  const worked = await copy(text)
  const path = /^https?:\/\/[^/]+(\/.+)$/.exec(text)?.[1]
  if (worked && what) say(`${what} copied`)
  else if (worked) say(path ? `Link copied: ${path}` : `Copied: ${withoutScheme(text)}`)
  else say('This browser keeps the clipboard to itself. Select the text and copy it', { isBad: true })
  return worked
}
