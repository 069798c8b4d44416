/** The state of sharing in words. */
import type { SharingStatus } from '../../src-server/contract/sharing.ts'

interface SharingWords {
  readonly word: string
  readonly tone: 'ok' | 'off' | 'bad'
  /** What follows from it, as the rest of a sentence. */
  readonly means: string
  /** Whether a phone gets anywhere by scanning the address. */
  readonly isReachable: boolean
}

const words: Record<SharingStatus['state'], SharingWords> = {
  on: { word: 'Sharing on', tone: 'ok', means: 'anyone on this network with a link can open it', isReachable: true },
  off: { word: 'Sharing off', tone: 'off', means: 'your links rest until you turn it on', isReachable: false },
  failed: { word: 'Not reachable', tone: 'bad', means: 'nobody can open your links now', isReachable: false },
}

export function describeSharing({ state, addresses }: Pick<SharingStatus, 'state' | 'addresses'>): SharingWords {
  const isAlone = addresses.length > 0 && addresses.every(({ kind }) => kind === 'this-computer')
  if (state === 'on' && isAlone)
    return { ...words.on, means: 'only this computer can open your links', isReachable: false }
  return words[state]
}
