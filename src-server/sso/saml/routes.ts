import type Router from '@koa/router'
import type { Context } from 'koa'
import { AppError } from '../../contract/errors.ts'
import { SamlAnswer, ssoPaths } from '../../contract/sso.ts'
import { readBody } from '../../http/body.ts'
import { parseInput } from '../../http/serve.ts'
import type { Settings } from '../../settings/settings.ts'
import { type Arrivals, sendTo } from '../arrivals.ts'
import { type Journey, type Journeys, safeNext } from '../journeys.ts'
import type { Places } from '../places.ts'
import { refused } from '../refusal.ts'
import type { SamlClient, SamlFindings } from './client.ts'

/** The stations of a journey to a SAML provider. */
export interface SamlServices {
  readonly client: SamlClient
  readonly journeys: Journeys<SamlFindings>
  readonly arrivals: Arrivals
  readonly places: Places
  readonly settings: () => Settings['saml']
}

/** An answer with signatures and a picture of somebody's certificate has some 10 KB. */
const largestAnswer = 256 * 1024

export function samlRoutes(router: Router, services: SamlServices): void {
  const { client, journeys, arrivals, places, settings } = services

  router.get(ssoPaths.saml, async given => {
    const ctx = given as unknown as Context
    requireOn(places)
    if (places.sendToBase(ctx)) return
    sendTo(ctx, await beginSaml(ctx, services, { next: safeNext(ctx.query.next) }))
  })

  // It comes from the provider's page, so without our cookies: whose browser this is shows at the next station.
  router.post(ssoPaths.samlAcs, async given => {
    const ctx = given as unknown as Context
    requireOn(places)
    await arrivals.watch(ctx, 'saml', async () => {
      const { SAMLResponse } = parseInput(SamlAnswer, await readBody(ctx, { kinds: ['form'], maxForm: largestAnswer }))
      const ticket = await client.take(SAMLResponse)
      sendTo(ctx, places.at(`${ssoPaths.samlFinish}?t=${ticket}`))
    })
  })

  router.get(ssoPaths.samlFinish, async given => {
    const ctx = given as unknown as Context
    requireOn(places)
    await arrivals.watch(ctx, 'saml', async () => {
      const { t: ticket } = ctx.query
      const journey = typeof ticket === 'string' ? journeys.finish(ctx, ticket) : undefined
      if (!journey?.proven) throw refused(notBegun, 'no such request was begun in this browser')
      await arrivals.arrive(ctx, journey, journey.proven, settings().autoCreate)
    })
  })

  router.get(ssoPaths.samlMetadata, given => {
    given.type = 'application/samlmetadata+xml'
    given.body = client.describe()
  })
}

/** Begins a journey in this browser → where to send it. Throws `provider_failed`. */
export const beginSaml = (ctx: Context, { client, arrivals }: SamlServices, journey: Journey): Promise<string> =>
  arrivals.watch(ctx, 'saml', () => client.begin(ctx, journey))

const notBegun = 'This sign-in was not begun in this browser, or took longer than ten minutes. Begin anew'

function requireOn(places: Places): void {
  if (places.stateOfSaml().state !== 'on') throw new AppError('not_found', 'Nobody signs in here by SAML')
}
