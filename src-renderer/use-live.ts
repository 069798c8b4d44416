/** Hears the server's events while a person is signed in. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { goLive } from './lib/live.ts'

/** Whether the connection stays away. */
export function useLive(): boolean {
  const client = useQueryClient()
  const [isLost, setIsLost] = useState(false)
  useEffect(() => goLive(client, setIsLost), [client])
  return isLost
}
