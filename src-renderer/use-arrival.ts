/** Coming to another screen: the focus goes to its heading, so that who cannot see it hears where they are. */
import { useLayoutEffect, useRef } from 'react'
import { useLocation } from 'wouter'

/** `/links/red-fox` and `/links` are one screen. */
const screenOf = (path: string): string => path.split('/')[1] ?? ''

/** A screen may have put it into its first field already. */
const isWithinScreen = () => document.activeElement?.closest('main') instanceof HTMLElement

export function useArrival(): void {
  const [path] = useLocation()
  const screen = screenOf(path)
  const last = useRef(screen)
  useLayoutEffect(() => {
    if (last.current === screen) return
    last.current = screen
    if (!isWithinScreen()) focusHeading()
  }, [screen])
}

export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('main h1')
  if (!heading) return
  heading.tabIndex = -1
  heading.focus()
}
