/**
 * Where the person is, kept behind the `#` (`#/links/red-fox?q=fox`), so that no screen can collide with a code.
 * A location hook for wouter, whose own keeps the search part outside the hash.
 */
import { useSyncExternalStore } from 'react'

type Keep = (leave: () => void) => void

/** Who wants to be asked before another screen is shown. */
let keep: Keep | undefined
/** The address whose screen is shown. */
let shown = location.hash

const current = () => location.hash.replace(/^#?\/?/, '/')
const path = () => current().split('?')[0] ?? '/'
const search = () => current().split('?')[1] ?? ''

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

/** Goes to a screen, `/links?q=fox`, once whoever holds the present one lets go of it. */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  const isWithin = to.split('?')[0] === path()
  if (keep && !isWithin) keep(() => go(to, replace))
  else go(to, replace)
}

function go(to: string, replace: boolean): void {
  const oldURL = location.href
  history[replace ? 'replaceState' : 'pushState'](null, '', `#${to}`)
  shown = location.hash
  dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL: location.href }))
}

/**
 * Lets nobody leave the present screen but by the function that `ask` is given, until the returned function is called.
 * Closing the page is the browser's own business: see `beforeunload`.
 */
export function holdScreen(ask: Keep): () => void {
  keep = ask
  return () => {
    if (keep === ask) keep = undefined
  }
}

// Before all others that listen: a step back that is held has not happened for them.
addEventListener('hashchange', event => {
  const wanted = location.hash
  if (keep && wanted !== shown) {
    event.stopImmediatePropagation()
    history.pushState(null, '', shown || '#/')
    keep(() => go(wanted.slice(1), false))
  } else shown = wanted
})

const useSearch = () => useSyncExternalStore(subscribe, search)

export const useHashLocation = Object.assign(
  (): [string, typeof navigate] => [useSyncExternalStore(subscribe, path), navigate],
  { searchHook: useSearch, hrefs: (href: string) => `#${href}` },
)
