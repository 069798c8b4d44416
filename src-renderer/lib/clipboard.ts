/**
 * Puts text on the clipboard, in the three ways that there are, and remembers what it put there last.
 */
import { useSyncExternalStore } from 'react'
import { ask, isDesktop } from './desktop.ts'

let last = ''
const listeners = new Set<() => void>()

/** Copies text. Answers whether it worked: a browser may refuse when no key or button was pressed just before. */
export async function copy(text: string): Promise<boolean> {
  const worked = await write(text).catch(() => false)
  if (worked) noteCopied(text)
  return worked
}

/** Tells that somebody else, the desktop, put this text on the clipboard. */
export function noteCopied(text: string): void {
  last = text
  for (const listener of listeners) listener()
}

/** Whether this text is what was copied last. */
export function useIsCopied(text: string): boolean {
  return useSyncExternalStore(subscribe, () => last === text)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

async function write(text: string): Promise<boolean> {
  if (isDesktop) return ask('copyText', text).then(() => true)
  // Pages on http://192.168… have no clipboard API, since browsers trust only https and this computer with it.
  if (!window.isSecureContext) return copyBySelection(text)
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => copyBySelection(text),
  )
}

function copyBySelection(text: string): boolean {
  const before = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.className = 'off-screen'
  // Inside an open dialog: its focus trap would take the focus back from anywhere else.
  const host = before?.closest('[role="dialog"]') ?? document.body
  host.append(field)
  field.select()
  const worked = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus()
  return worked
}
