import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Audit } from '../audit/audit.ts'
import { AppError } from '../contract/errors.ts'
import { api } from '../contract/index.ts'
import { trustPaths } from '../contract/tls.ts'
import { pagePolicy } from '../http/errors.ts'
import { renderQr } from '../http/qr.ts'
import { serve } from '../http/serve.ts'
import type { Certificates, Serving } from './certificates.ts'
import { fingerprintOf } from './fingerprint.ts'
import { renderProfile } from './mobileconfig.ts'
import { describe, type StateOptions, trustUrl } from './state.ts'
import { renderNothingToTrust, renderTrustPage } from './trust-page.ts'

/** The calls about the server's certificate, and the pages by which devices come to trust it. */
interface TlsServices extends StateOptions {
  readonly certificates: Certificates
  readonly audit: Audit
  /** Name of the instance. */
  readonly name: () => string
}

export function tlsRoutes(router: Router, services: TlsServices): void {
  const { certificates, audit } = services
  serve(router, api.tls.get, async () => describe(await certificates.current(), services))

  serve(router, api.tls.renew, async (_, who) => {
    const serving = await certificates.renew()
    await audit.record(who, 'certificate_changed', { what: 'renewed', ...printsOf(serving) })
    return describe(serving, services)
  })

  serve(router, api.tls.replaceAuthority, async (_, who) => {
    const serving = await certificates.replaceAuthority()
    await audit.record(who, 'certificate_changed', { what: 'authority replaced', ...printsOf(serving) })
    return describe(serving, services)
  })

  trustRoutes(router, services)
}

const printsOf = ({ certificate }: Serving) => ({ sha256: fingerprintOf(certificate).hex })

/** Open to everybody, over http too: there is nothing secret in a certificate. */
function trustRoutes(router: Router, services: TlsServices): void {
  const { name, tls } = services

  router.get(trustPaths.page, async ctx => {
    const authority = await findAuthority(services)
    ctx.set({ 'Cache-Control': 'no-store', 'Content-Security-Policy': pagePolicy })
    ctx.type = 'text/html; charset=utf-8'
    ctx.body = authority
      ? renderTrustPage({ name: name(), authority, userAgent: ctx.get('User-Agent') })
      : renderNothingToTrust({ name: name(), isEncrypted: tls.mode !== 'off' })
  })

  router.get(trustPaths.certificate, async ctx => {
    const authority = await requireAuthority(services)
    sendFile(ctx as unknown as Context, { type: 'application/x-x509-ca-cert', name: 'trunk8-ca.crt' })
    ctx.body = authority.toString()
  })

  router.get(trustPaths.profile, async ctx => {
    const authority = await requireAuthority(services)
    sendFile(ctx as unknown as Context, { type: 'application/x-apple-aspen-config', name: 'trunk8.mobileconfig' })
    ctx.body = renderProfile(authority)
  })

  router.get(trustPaths.qr, ctx => {
    ctx.set('Cache-Control', 'no-cache')
    ctx.type = 'image/svg+xml'
    ctx.body = renderQr(trustUrl(services))
  })
}

/** What a device has to trust; undefined: nothing of ours. */
async function findAuthority({ tls, certificates, authority }: TlsServices) {
  if (tls.mode === 'off' || (await certificates.current()).source === 'own') return undefined
  return authority.read()
}

async function requireAuthority(services: TlsServices) {
  const found = await findAuthority(services)
  if (!found) throw new AppError('not_found', 'There’s no certificate here that a device has to be told to trust')
  return found
}

function sendFile(ctx: Context, { type, name }: { readonly type: string; readonly name: string }): void {
  ctx.set({ 'Cache-Control': 'no-store', 'Content-Disposition': `attachment; filename="${name}"` })
  ctx.type = type
}
