/** Coming to another screen: the focus goes to its heading, so that who cannot see it hears where they are. */
import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'

/** `/links/red-fox` and `/links` are one screen. */
const screenOf = (path: string): string => path.split('/')[1] ?? ''

export function useArrival(): void {
  const [path] = useLocation()
  const screen = screenOf(path)
  const last = useRef(screen)
  useEffect(() => {
    if (last.current === screen) return
    last.current = screen
    focusHeading()
  }, [screen])
}

export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('main h1')
  if (!heading) return
  heading.tabIndex = -1
  heading.focus()
}
