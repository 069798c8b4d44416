/** `/` leads to the search of the screen, and where it has none, to that of the links. */
import { useEffect } from 'react'
import { flushSync } from 'react-dom'
import { navigate } from './lib/location.ts'

export function useSearchKey(): void {
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      const isTyping =
        event.target instanceof Element && event.target.closest('input, textarea, select, [role="dialog"]')
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return
      event.preventDefault()
      if (!searchField()) flushSync(() => navigate('/links'))
      searchField()?.focus()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

const searchField = () => document.querySelector<HTMLInputElement>('input[type="search"]')
