import { z } from 'zod'
import { route } from './route.ts'

/** A certificate's fingerprint, as words to read out and as devices show it. */
export const Fingerprint = z.object({ words: z.array(z.string()), hex: z.string() })
export type Fingerprint = z.infer<typeof Fingerprint>

export const CertificateState = z.object({
  mode: z.enum(['dual', 'only', 'off']),
  /** `own`: the one that config.toml names. `made`: one of this installation's own authority. */
  source: z.enum(['own', 'made']),
  /** Names and addresses that it is good for. */
  names: z.array(z.string()),
  /** Names that the authority may not vouch for, since they came after it: another one can. */
  uncovered: z.array(z.string()),
  validFrom: z.string(),
  validUntil: z.string(),
  issuer: z.string(),
  fingerprint: Fingerprint,
  /** What a device has to trust, once; absent where the certificate is one's own. */
  authority: z
    .object({ name: z.string(), validUntil: z.string(), fingerprint: Fingerprint, certificate: z.string() })
    .optional(),
  /** What is wrong with the certificate that config.toml names, and what holds meanwhile. */
  problem: z.string().optional(),
  /** The page that tells a device how to trust this server. */
  trustUrl: z.string(),
})
export type CertificateState = z.infer<typeof CertificateState>

export const tls = {
  get: route({
    method: 'GET',
    path: '/api/v1/tls',
    access: 'admin',
    input: z.object({}),
    output: CertificateState,
  }),
  /** Another certificate of the same authority; one's own is read again. */
  renew: route({
    method: 'POST',
    path: '/api/v1/tls/renew',
    access: 'admin',
    input: z.object({}),
    output: CertificateState,
  }),
  /** Another authority: every device that trusted the last one has to be told anew. */
  replaceAuthority: route({
    method: 'POST',
    path: '/api/v1/tls/authority',
    access: 'admin',
    input: z.object({
      confirm: z.literal(true, { error: 'Say confirm: true, since every device has to be told anew' }),
    }),
    output: CertificateState,
  }),
}

/** Plain addresses that tell a device how to trust this server, over http too. */
export const trustPaths = {
  page: '/trust',
  certificate: '/trust/ca.crt',
  profile: '/trust/ca.mobileconfig',
  qr: '/trust/qr.svg',
} as const
