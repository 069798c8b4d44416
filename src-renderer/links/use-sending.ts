/** One file on its way to the server: how far it is, a way to stop it, and why it failed. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { AppError } from '../../src-server/contract/errors.ts'
import type { Link } from '../../src-server/contract/links.ts'
import { actingAs } from '../lib/acting.ts'
import { createRate } from '../lib/rate.ts'
import { checkUpload, upload, uploadInPlace } from '../lib/upload.ts'
import { linkQueries, useRefresh } from './queries.ts'

export interface Sending {
  readonly name: string
  readonly size: number
  /** Bytes so far. */
  readonly bytes: number
  /** Bytes per second. */
  readonly speed: number
}

interface Target {
  /** The link whose file it replaces; absent: it becomes a new one. */
  readonly code?: string
  /** What else is told of a new one. */
  readonly fields?: Readonly<Record<string, string | undefined>>
}

export function useSending() {
  const client = useQueryClient()
  const refresh = useRefresh()
  const [sending, setSending] = useState<Sending>()
  const [error, setError] = useState<unknown>()
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])

  /** The link that came of it; `undefined` where it failed or was stopped. */
  async function send(file: File, { code, fields }: Target): Promise<Link | undefined> {
    const controller = new AbortController()
    stop.current = controller
    setError(undefined)
    const { name, size } = file
    const rate = createRate()
    const onProgress = (bytes: number) =>
      setSending({ name, size, bytes, speed: rate.measure(bytes, performance.now()) })
    try {
      checkUpload(file, await client.ensureQueryData(linkQueries.limits()))
      onProgress(0)
      const options = { signal: controller.signal, onProgress, forUser: actingAs() }
      const link = await (code === undefined
        ? upload(file, { ...options, ...(fields && { fields }) })
        : uploadInPlace(file, code, options))
      client.setQueryData(linkQueries.one(link.code).queryKey, link)
      await refresh()
      return link
    } catch (cause) {
      if (!(cause instanceof AppError) || cause.code !== 'cancelled') setError(cause)
      return undefined
    } finally {
      setSending(undefined)
    }
  }
  return { sending, error, send, stop: () => stop.current?.abort() }
}
