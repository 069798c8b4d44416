/** What time it is, for texts such as `2 min ago`: a component that uses it is drawn anew every half minute. */
import { useEffect, useState } from 'react'

const step = 30_000

/** Milliseconds since 1970. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), step)
    return () => clearInterval(timer)
  }, [])
  return now
}
