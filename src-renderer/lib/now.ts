/** What time it is, for texts such as `2 min ago`: a component that uses it is drawn anew every so often. */
import { useEffect, useState } from 'react'

const halfMinute = 30_000

/** Milliseconds since 1970. `step`: how often, in milliseconds. */
export function useNow(step = halfMinute): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), step)
    return () => clearInterval(timer)
  }, [step])
  return now
}
