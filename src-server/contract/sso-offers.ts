import { z } from 'zod'

/** What may be offered to whoever signs in: each provider that is set up, by the name of its host. */
export const SsoOffers = z.partialRecord(z.enum(['oidc', 'saml']), z.object({ label: z.string() }))
export type SsoOffers = z.infer<typeof SsoOffers>
