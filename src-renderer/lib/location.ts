/**
 * Where the person is, kept behind the `#` (`#/links/red-fox?q=fox`), so that no screen can collide with a code.
 * A location hook for wouter, whose own keeps the search part outside the hash.
 */
import { useSyncExternalStore } from 'react'

const current = () => location.hash.replace(/^#?\/?/, '/')
const path = () => current().split('?')[0] ?? '/'
const search = () => current().split('?')[1] ?? ''

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

/** Goes to a screen, `/links?q=fox`. */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  const oldURL = location.href
  history[replace ? 'replaceState' : 'pushState'](null, '', `#${to}`)
  dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL: location.href }))
}

const useSearch = () => useSyncExternalStore(subscribe, search)

export const useHashLocation = Object.assign(
  (): [string, typeof navigate] => [useSyncExternalStore(subscribe, path), navigate],
  { searchHook: useSearch, hrefs: (href: string) => `#${href}` },
)
