import { z } from 'zod'
import { ssoPaths } from '../contract/sso.ts'
import type { PlainRoute } from './plain-routes.ts'

/** The addresses that a browser passes when it signs in elsewhere. */
const next = z.object({ next: z.string().optional() })

export const ssoPlainRoutes: readonly PlainRoute[] = [
  {
    ...{ method: 'GET', path: ssoPaths.oidc, id: 'sso.oidc', access: 'anyone' },
    summary: 'Signs in by OpenID Connect',
    query: next,
    answers: [{ status: 303, description: 'To the provider' }],
  },
  {
    ...{ method: 'GET', path: ssoPaths.oidcCallback, id: 'sso.oidcCallback', access: 'anyone' },
    summary: 'Where the OpenID provider sends the browser back to',
    query: z.object({ code: z.string().optional(), state: z.string().optional(), iss: z.string().optional() }),
    answers: [
      { status: 303, description: 'Signed in, or linked' },
      { status: 401, description: 'What came from the provider is not believed', type: 'text/html' },
      { status: 502, description: 'The provider cannot be reached', type: 'text/html' },
    ],
  },
]
