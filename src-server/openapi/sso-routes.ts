import { z } from 'zod'
import { SamlAnswer, ssoPaths } from '../contract/sso.ts'
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
  {
    ...{ method: 'GET', path: ssoPaths.saml, id: 'sso.saml', access: 'anyone' },
    summary: 'Signs in by SAML',
    query: next,
    answers: [{ status: 303, description: 'To the provider' }],
  },
  {
    ...{ method: 'POST', path: ssoPaths.samlAcs, id: 'sso.samlAcs', access: 'anyone' },
    summary: 'Where the SAML provider’s page sends its answer (the assertion consumer service)',
    body: { type: 'application/x-www-form-urlencoded', schema: SamlAnswer },
    answers: [
      { status: 303, description: 'To the end of the journey' },
      { status: 401, description: 'The answer is not believed', type: 'text/html' },
    ],
  },
  {
    ...{ method: 'GET', path: ssoPaths.samlFinish, id: 'sso.samlFinish', access: 'anyone' },
    summary: 'Ends a journey to a SAML provider, in the browser that began it',
    query: z.object({ t: z.string().optional() }),
    answers: [
      { status: 303, description: 'Signed in, or linked' },
      { status: 401, description: 'This is another browser, or it took too long', type: 'text/html' },
    ],
  },
  {
    ...{ method: 'GET', path: ssoPaths.samlMetadata, id: 'sso.samlMetadata', access: 'anyone' },
    summary: 'What Trunk8 tells a SAML provider of itself',
    answers: [{ status: 200, description: 'SAML metadata', type: 'application/samlmetadata+xml' }],
  },
]
