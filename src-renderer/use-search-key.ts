/** `/` leads to the search, from any screen. */
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
      if (!location.hash.startsWith('#/links')) flushSync(() => navigate('/links'))
      document.querySelector<HTMLInputElement>('input[type="search"]')?.focus()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
