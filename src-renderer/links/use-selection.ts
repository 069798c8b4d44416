/**
 * The links that are chosen, by their codes, with the addresses that they are copied as. A range grows and shrinks from
 * where it began, as in every list of files.
 */
import { useEffect, useRef, useState } from 'react'
import type { Link } from '../../src-server/contract/links.ts'
import { messageOf } from '../lib/errors.ts'
import { say } from '../ui/Toaster.tsx'
import { everyPage, type LinkFilter } from './queries.ts'
import type { LinkRows } from './use-link-rows.ts'

/** Code → address. */
type Chosen = ReadonlyMap<string, string>

interface State {
  readonly chosen: Chosen
  /** What is chosen besides the range that Shift makes at present. */
  readonly base: Chosen
  /** Where that range begins. */
  readonly anchor: number | undefined
}

const nothing: State = { chosen: new Map(), base: new Map(), anchor: undefined }

export interface Selection {
  readonly size: number
  readonly has: (code: string) => boolean
  readonly codes: () => string[]
  readonly addresses: () => string[]
  readonly toggle: (link: Link, index: number) => void
  /** Chooses all between where the range began, or `from`, and `to`. */
  readonly extend: (to: number, from?: number) => void
  /** All that is loaded. */
  readonly choose: (links: readonly Link[]) => void
  readonly remove: (code: string) => void
  readonly clear: () => void
  /** All that the filter finds, page by page. */
  readonly chooseAll: () => void
  /** How many `chooseAll` has found so far, while it runs. */
  readonly collected: number | undefined
  readonly stopCollecting: () => void
}

export function useSelection(filter: LinkFilter, rows: LinkRows): Selection {
  const [state, setState] = useState(nothing)
  const { sort: _sort, order: _order, ...found } = filter
  const foundBy = JSON.stringify(found)
  // What can no longer be seen must not be changed: another filter begins anew, another order does not.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter is what it hears to
  useEffect(() => setState(nothing), [foundBy])
  const collecting = useCollecting(filter, chosen => setState({ chosen, base: chosen, anchor: undefined }))
  const { chosen } = state
  return {
    size: chosen.size,
    has: code => chosen.has(code),
    codes: () => [...chosen.keys()],
    addresses: () => [...chosen.values()],
    toggle: (link, index) => setState(before => toggled(before.chosen, link, index)),
    extend(to, from) {
      const anchor = state.anchor ?? from ?? to
      void rows.load(Math.min(anchor, to), Math.max(anchor, to)).then(
        links => setState(({ base }) => ({ chosen: withLinks(base, links), base, anchor })),
        (error: unknown) => say(messageOf(error), { isBad: true }),
      )
    },
    choose(links) {
      const all = withLinks(new Map(), links)
      setState({ chosen: all, base: all, anchor: undefined })
    },
    remove: code => setState(before => (before.chosen.has(code) ? without(before, code) : before)),
    clear() {
      collecting.stopCollecting()
      setState(nothing)
    },
    ...collecting,
  }
}

function toggled(before: Chosen, { code, shareUrl }: Link, index: number): State {
  const chosen = new Map(before)
  if (!chosen.delete(code)) chosen.set(code, shareUrl)
  return { chosen, base: chosen, anchor: index }
}

function without({ chosen, anchor }: State, code: string): State {
  const rest = new Map(chosen)
  rest.delete(code)
  return { chosen: rest, base: rest, anchor }
}

const withLinks = (base: Chosen, links: readonly Link[]): Chosen =>
  new Map([...base, ...links.map(({ code, shareUrl }) => [code, shareUrl] as const)])

/** Goes through all pages of what the filter finds, and can be stopped. */
function useCollecting(filter: LinkFilter, onDone: (chosen: Chosen) => void) {
  const [collected, setCollected] = useState<number>()
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])

  async function collect(signal: AbortSignal): Promise<void> {
    const chosen = new Map<string, string>()
    for await (const page of everyPage(filter)) {
      if (signal.aborted) return
      for (const { code, shareUrl } of page) chosen.set(code, shareUrl)
      setCollected(chosen.size)
    }
    onDone(chosen)
  }
  return {
    collected,
    chooseAll() {
      const controller = new AbortController()
      stop.current = controller
      setCollected(0)
      collect(controller.signal)
        .catch((error: unknown) => say(messageOf(error), { isBad: true }))
        .finally(() => setCollected(undefined))
    },
    stopCollecting: () => stop.current?.abort(),
  }
}
