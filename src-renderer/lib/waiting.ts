/** How long somebody has to wait who was told to: the seconds run down before their eyes. */
import { useEffect, useState } from 'react'
import { AppError } from '../../src-server/contract/errors.ts'

/**
 * Whole seconds until it is worth another try, counted down; 0: now. `error`: what the last try ended with; another one
 * begins anew.
 */
export function useSecondsLeft(error: unknown): number {
  const seconds = error instanceof AppError ? (error.retryAfter ?? 0) : 0
  const [state, setState] = useState({ error, left: seconds })
  // Drawn anew at once, so that nobody sees the time of the error before.
  if (state.error !== error) setState({ error, left: seconds })
  useEffect(() => {
    if (seconds === 0) return
    const until = performance.now() + seconds * 1000
    const timer = setInterval(() => {
      const left = Math.max(0, Math.ceil((until - performance.now()) / 1000))
      setState({ error, left })
      if (left === 0) clearInterval(timer)
    }, 250)
    return () => clearInterval(timer)
  }, [error, seconds])
  return state.error === error ? state.left : seconds
}

/** What whoever is told to wait reads; undefined: they need not. */
export function waitingWords(error: unknown, secondsLeft: number): string | undefined {
  if (!(error instanceof AppError)) return undefined
  if (error.code === 'banned') return error.message
  if (error.code !== 'rate_limited') return undefined
  return secondsLeft > 0 ? `Too many tries. Wait ${inWords(secondsLeft)}` : 'Too many tries. Now you can try again'
}

const inWords = (seconds: number): string => {
  if (seconds >= 120) return `${Math.ceil(seconds / 60)} minutes`
  return seconds === 1 ? '1 second' : `${seconds} seconds`
}
