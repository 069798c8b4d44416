import type { Encryption } from '../http/listener.ts'
import type { SettingsService } from '../settings/settings.ts'
import type { Tls } from './open-tls.ts'

/** How a listener speaks TLS: as the settings and the certificate are, from one connection to the next. */
export function createEncryption(tls: Tls, settings: Pick<SettingsService, 'onChange'>): Encryption {
  return {
    async options() {
      if (tls.mode === 'off') return undefined
      const { protocol, alpnProtocols: ALPNProtocols } = tls
      return { ...protocol, ...(await tls.credentials()), ALPNProtocols }
    },
    onChange(listener) {
      const stops = [tls.onChange(listener), settings.onChange(listener)]
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}
