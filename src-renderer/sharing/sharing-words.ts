/** The state of sharing in words. */
import type { SharingStatus } from '../../src-server/contract/sharing.ts'

export const sharingWords: Record<SharingStatus['state'], { word: string; tone: 'ok' | 'off' | 'bad'; means: string }> =
  {
    on: { word: 'Sharing on', tone: 'ok', means: 'anyone on this network with a link can open it' },
    off: { word: 'Sharing off', tone: 'off', means: 'your links rest until you turn it on' },
    failed: { word: 'Not reachable', tone: 'bad', means: 'nobody can open your links now' },
  }
