/// <reference path="./raw.d.ts" />
import Router from '@koa/router'
import Koa from 'koa'
import { apiKeyRoutes } from './api-keys/routes.ts'
import { backupRoutes } from './backups/routes.ts'
import { refuseBanned } from './bans/refuse-banned.ts'
import { banRoutes } from './bans/routes.ts'
import { eventRoutes } from './events/routes.ts'
import { headerRoutes } from './headers/routes.ts'
import { refuseKeyInAddress } from './http/api-key.ts'
import { findClient } from './http/client.ts'
import { keepToLinks } from './http/content-host.ts'
import { answerErrors, answerLateErrors } from './http/errors.ts'
import { answerHealth } from './http/health.ts'
import { identify } from './http/identify.ts'
import pageCss from './http/pages.css?raw'
import { pageStyles } from './http/pages.ts'
import { checkHost, setSecurityHeaders } from './http/security.ts'
import { serveStylesheets } from './http/stylesheets.ts'
import { serveUi } from './http/ui.ts'
import { requireWellFormed } from './http/well-formed.ts'
import { jobRoutes } from './jobs/routes.ts'
import { limitRequests, limitWrongKeys } from './limits/limit-requests.ts'
import { contentRoutes } from './links/content-routes.ts'
import { listRoutes } from './links/list-routes.ts'
import { publicRoutes } from './links/public.ts'
import { linkRoutes } from './links/routes.ts'
import markdownCss from './markdown/markdown.css?raw'
import { markdownStyles } from './markdown/page.ts'
import { markdownRoutes } from './markdown/routes.ts'
import { openApiRoutes } from './openapi/routes.ts'
import { passkeyRoutes } from './passkeys/routes.ts'
import { problemRoutes } from './problems/routes.ts'
import { proxyRoutes } from './proxies/routes.ts'
import { secretKeyRoutes } from './secret-key/routes.ts'
import type { Services } from './services.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { settingsRoutes } from './settings/routes.ts'
import { sharingRoutes } from './sharing/routes.ts'
import { checkLoginAddress } from './sign-in/allow-list.ts'
import { signInRoutes } from './sign-in/routes.ts'
import { ssoRoutes } from './sso/routes.ts'
import { announceHsts } from './tls/hsts.ts'
import { requireHttps } from './tls/https-rules.ts'
import { tlsRoutes } from './tls/routes.ts'
import { transferRoutes } from './transfers/routes.ts'
import { requireEnrolled } from './two-factor/require-enrolled.ts'
import { twoFactorRoutes } from './two-factor/routes.ts'
import { userRoutes } from './users/routes.ts'

/** The app behind every door: what each request passes, in order, then one line per feature. */
export function createApp(services: Services): Koa {
  const app = new Koa()
  app.context.onerror = answerLateErrors(services)

  app.use(setSecurityHeaders(services.headers))
  app.use(services.accessLog.middleware())
  app.use(answerErrors(services))
  app.use(requireWellFormed())
  app.use(findClient({ ...services, readForwarded: services.proxies.readForwarded }))
  app.use(announceHsts(services))
  app.use(checkHost(services.hosts))
  app.use(keepToLinks({ ...services, open: ['/healthz', pageStyles, markdownStyles] }))
  app.use(refuseBanned(services.bans))
  app.use(services.proxies.answerProbes())
  app.use(refuseKeyInAddress(services))
  app.use(answerHealth())
  app.use(requireHttps(services))
  app.use(limitWrongKeys(services.limits))
  app.use(identify(services))
  app.use(limitRequests(services.limits))
  app.use(checkLoginAddress(services))
  app.use(requireEnrolled())
  app.use(serveStylesheets({ [pageStyles]: pageCss, [markdownStyles]: markdownCss }))

  const router = new Router({ sensitive: true, strict: true })
  signInRoutes(router, services)
  sessionRoutes(router, services)
  twoFactorRoutes(router, services)
  passkeyRoutes(router, services)
  secretKeyRoutes(router, services)
  apiKeyRoutes(router, services)
  ssoRoutes(router, services)
  settingsRoutes(router, services)
  sharingRoutes(router, services)
  eventRoutes(router, services)
  banRoutes(router, services)
  contentRoutes(router, services)
  listRoutes(router, services)
  linkRoutes(router, services)
  transferRoutes(router, services)
  markdownRoutes(router, services)
  userRoutes(router, services)
  problemRoutes(router, services)
  tlsRoutes(router, services)
  backupRoutes(router, services)
  jobRoutes(router, services)
  proxyRoutes(router, services)
  headerRoutes(router, services)
  openApiRoutes(router, services)
  publicRoutes(router, services)

  app.use(router.routes())
  app.use(serveUi(services))
  app.use(router.allowedMethods())
  return app
}
