import type Router from '@koa/router'
import type { Context } from 'koa'
import { AppError } from '../../contract/errors.ts'
import { ssoPaths } from '../../contract/sso.ts'
import type { Settings } from '../../settings/settings.ts'
import { type Arrivals, sendTo } from '../arrivals.ts'
import { type Journey, type Journeys, safeNext } from '../journeys.ts'
import type { Places } from '../places.ts'
import { refused } from '../refusal.ts'
import { toProven } from './claims.ts'
import type { OidcClient, OidcSecrets } from './client.ts'

/** The two ends of a journey to an OpenID provider. */
export interface OidcServices {
  readonly client: OidcClient
  readonly journeys: Journeys<OidcSecrets>
  readonly arrivals: Arrivals
  readonly places: Places
  readonly settings: () => Settings['oidc']
}

export function oidcRoutes(router: Router, services: OidcServices): void {
  const { client, journeys, arrivals, places, settings } = services

  router.get(ssoPaths.oidc, async given => {
    const ctx = given as unknown as Context
    requireOn(places)
    if (places.sendToBase(ctx)) return
    sendTo(ctx, await beginOidc(ctx, services, { next: safeNext(ctx.query.next) }))
  })

  router.get(ssoPaths.oidcCallback, async given => {
    const ctx = given as unknown as Context
    requireOn(places)
    await arrivals.watch(ctx, 'oidc', async () => {
      const { state } = ctx.query
      const journey = typeof state === 'string' ? journeys.finish(ctx, state) : undefined
      if (typeof state !== 'string' || !journey) throw refused(notBegun, 'no such state was begun in this browser')
      const claims = await client.finish(places.at(ssoPaths.oidcCallback), ctx.querystring, state, journey)
      await arrivals.arrive(ctx, journey, toProven(claims, settings()), settings().autoCreate)
    })
  })
}

/** Begins a journey in this browser → where to send it. Throws `provider_failed`. */
export function beginOidc(ctx: Context, services: OidcServices, journey: Journey): Promise<string> {
  const { client, journeys, arrivals, places } = services
  return arrivals.watch(ctx, 'oidc', async () => {
    const { url, state, secrets } = await client.begin(places.at(ssoPaths.oidcCallback))
    journeys.begin(ctx, state, { ...journey, ...secrets })
    return url
  })
}

const notBegun = 'This sign-in was not begun in this browser, or took longer than ten minutes. Begin anew'

function requireOn(places: Places): void {
  if (places.stateOfOidc().state !== 'on') throw new AppError('not_found', 'Nobody signs in here by OpenID Connect')
}
