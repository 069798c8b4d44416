/** How much room there is: the widths at which the layout changes its kind. */
import { useSyncExternalStore } from 'react'

/** Whether the window is at most this wide, in CSS pixels; kept current. */
export function useIsNarrow(most: number): boolean {
  const media = window.matchMedia(`(max-width: ${most - 0.02}px)`)
  return useSyncExternalStore(
    listener => {
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    () => media.matches,
  )
}
