import type { Middleware } from 'koa'
import { z } from 'zod'
import { clientOf } from '../http/client.ts'
import { connectionOf } from '../http/doors.ts'
import { isPublicName } from '../http/host-names.ts'
import type { Settings } from '../settings/settings.ts'
import type { TomlFile } from '../storage/toml-file.ts'
import type { Serving } from './certificates.ts'
import { day } from './validity.ts'

/**
 * Strict transport security (RFC 6797): a browser that heard it asks for this name by https alone, on every port. So it
 * is said only where it cannot lock anybody out: of a public name with a certificate that is not ours. Once it was said
 * and no longer holds, it is taken back for 30 days.
 */

/** state/hsts.toml */
export const HstsFile = z.looseObject({
  /** The name that browsers were told it for. */
  host: z.string().default(''),
  /** When it stopped to hold. */
  ended_at: z.iso.datetime().optional(),
})

interface HstsOptions {
  readonly settings: { readonly current: Pick<Settings, 'server'> }
  readonly file: TomlFile<typeof HstsFile>
  /** What this server shows; undefined: nobody asked for it yet. */
  readonly serving: () => Serving | undefined
  readonly now?: () => number
  readonly report: (message: string) => void
}

const twoYears = 63_072_000
const takenBackFor = 30 * day

export type Hsts = ReturnType<typeof createHsts>

export function createHsts({ settings, file, serving, report, now = Date.now }: HstsOptions) {
  const note = (change: Parameters<typeof file.modify>[0]) =>
    void file.modify(change).catch(error => report(`state/hsts.toml cannot be written: ${error}`))

  /** The name that it may be said for, by what the settings are now. */
  function publicName(): string | undefined {
    const { publicUrl } = settings.current.server
    if (!publicUrl.startsWith('https:')) return undefined
    const { hostname } = new URL(publicUrl)
    return isPublicName(hostname) ? hostname : undefined
  }

  /** Behind a proxy it is the proxy’s certificate, which is none of ours. */
  function isTrustedByAll(isEncryptedHere: boolean): boolean {
    if (!isEncryptedHere) return true
    const shown = serving()
    return shown?.source === 'own' && shown.certificate.issuer !== shown.certificate.subject
  }

  return {
    /** What an answer over https to this name says; undefined: nothing. */
    valueFor(name: string, isEncryptedHere: boolean): string | undefined {
      const { host, ended_at: endedAt } = file.value
      if (name === publicName() && isTrustedByAll(isEncryptedHere)) {
        if (host !== name || endedAt) note(({ ended_at: _, ...current }) => ({ ...current, host: name }))
        return `max-age=${twoYears}`
      }
      if (name !== host) return undefined
      if (!endedAt) note(current => ({ ...current, ended_at: new Date(now()).toISOString() }))
      return now() - (endedAt ? Date.parse(endedAt) : now()) < takenBackFor ? 'max-age=0' : undefined
    },
    /** Waits for what is still being written. */
    close: (): Promise<void> => file.close(),
  }
}

/** After the client was found. */
export function announceHsts({ hsts }: { readonly hsts: Hsts }): Middleware {
  return async (ctx, next) => {
    const { scheme, isDesktop } = clientOf(ctx)
    const host = `https://${ctx.get('Host')}`
    if (scheme === 'https' && !isDesktop && URL.canParse(host)) {
      const value = hsts.valueFor(new URL(host).hostname, connectionOf(ctx).isEncrypted)
      if (value) ctx.set('Strict-Transport-Security', value)
    }
    await next()
  }
}
