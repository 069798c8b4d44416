/** Listens to the whole window for what is dropped or pasted, and says what hangs over it. */
import { useEffect, useState } from 'react'
import { isDesktop } from '../lib/desktop.ts'
import type { Intake } from './intake.ts'

/** What is held over the window. */
export type Held = { readonly kind: 'files'; readonly count: number } | { readonly kind: 'link' }

export function useHandingOver(intake: Intake): Held | undefined {
  const [held, setHeld] = useState<Held>()
  useEffect(() => {
    const stops = [listenToDrops(intake, setHeld), listenToPaste(intake)]
    return () => {
      for (const stop of stops) stop()
    }
  }, [intake])
  return held
}

function listenToDrops(intake: Intake, onHeld: (held: Held | undefined) => void): () => void {
  /** Enter and leave come for every element on the way; only the sum tells whether we are in. */
  let depth = 0
  let isOurs = false
  let isShown = false
  const end = () => {
    depth = 0
    isShown = false
    onHeld(undefined)
  }
  function show(event: DragEvent): void {
    const held = isTakenWithin(event) ? undefined : heldBy(event.dataTransfer)
    if ((held !== undefined) === isShown) return
    isShown = held !== undefined
    onHeld(held)
  }
  return listenAll({
    dragstart: () => {
      isOurs = true
    },
    dragend: () => {
      isOurs = false
      end()
    },
    dragenter(event) {
      if (isOurs || !heldBy(event.dataTransfer)) return
      event.preventDefault()
      depth++
      show(event)
    },
    dragleave() {
      if (depth > 0 && --depth === 0) end()
    },
    dragover(event) {
      if (isOurs || !heldBy(event.dataTransfer)) return
      event.preventDefault()
      show(event)
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
    },
    drop(event) {
      if (isOurs || !event.dataTransfer || !heldBy(event.dataTransfer)) return
      event.preventDefault()
      end()
      if (!isTakenWithin(event)) take(event.dataTransfer, intake)
    },
  })
}

/** A part of the page that takes files itself, such as an editor, says so. */
const isTakenWithin = ({ target }: DragEvent): boolean =>
  target instanceof Element && target.closest('[data-takes-files]') !== null

function listenAll(listeners: Record<string, (event: DragEvent) => void>): () => void {
  for (const [name, listener] of Object.entries(listeners)) addEventListener(name as 'drop', listener)
  return () => {
    for (const [name, listener] of Object.entries(listeners)) removeEventListener(name as 'drop', listener)
  }
}

function heldBy(data: DataTransfer | null): Held | undefined {
  if (data?.types.includes('Files')) {
    return { kind: 'files', count: [...data.items].filter(({ kind }) => kind === 'file').length }
  }
  return data?.types.includes('text/uri-list') ? { kind: 'link' } : undefined
}

/** Must look at the data before it returns: afterwards the browser has emptied it. */
function take(data: DataTransfer, intake: Intake): void {
  if (data.types.includes('Files')) takeFiles(data, intake)
  else intake.shareText(firstAddress(data.getData('text/uri-list')))
}

/** A list of addresses may hold notes that start with `#` (RFC 2483). */
const firstAddress = (list: string): string => list.split(/\r?\n/).find(line => line && !line.startsWith('#')) ?? ''

function takeFiles(data: DataTransfer, intake: Intake): void {
  const files: File[] = []
  for (const item of data.items) {
    const file = item.getAsFile()
    if (!file) continue
    if (!isDesktop && item.webkitGetAsEntry()?.isDirectory) intake.refuseFolder(file.name)
    else files.push(file)
  }
  intake.shareFiles(files)
}

function listenToPaste(intake: Intake): () => void {
  function paste(event: ClipboardEvent) {
    const isTyping = event.target instanceof Element && event.target.closest('input, textarea, [role="dialog"]')
    if (isTyping || !event.clipboardData) return
    event.preventDefault()
    const files = [...event.clipboardData.files]
    if (isDesktop) intake.shareClipboard()
    else if (files.length > 0) intake.shareFiles(files)
    else intake.shareText(event.clipboardData.getData('text/plain'))
  }
  addEventListener('paste', paste)
  return () => removeEventListener('paste', paste)
}
