import type { X509Certificate } from 'node:crypto'
import { type CertificateState, trustPaths } from '../contract/tls.ts'
import { type AuthorityKeeper, commonName } from './authority.ts'
import type { Certificates, Serving } from './certificates.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Tls } from './open-tls.ts'

/** What people are told of the certificate that serves. */
export interface StateOptions {
  readonly tls: Pick<Tls, 'mode'>
  readonly certificates: Pick<Certificates, 'problem'>
  readonly authority: Pick<AuthorityKeeper, 'read'>
  readonly sharing: { readonly status: () => { readonly host: string; readonly port: number } }
}

export async function describe(serving: Serving, options: StateOptions): Promise<CertificateState> {
  const { source, certificate, names, uncovered } = serving
  const authority = source === 'made' ? await options.authority.read() : undefined
  const problem = options.certificates.problem()
  return {
    ...{ mode: options.tls.mode, source, names: [...names], uncovered: [...uncovered] },
    ...{ validFrom: asIso(certificate.validFrom), validUntil: asIso(certificate.validTo) },
    issuer: issuerOf(certificate),
    fingerprint: fingerprintOf(certificate),
    ...(authority && {
      authority: {
        name: commonName(authority),
        validUntil: asIso(authority.validTo),
        fingerprint: fingerprintOf(authority),
        certificate: authority.toString(),
      },
    }),
    ...(problem && { problem: problem.detail }),
    trustUrl: trustUrl(options),
  }
}

/** Over http on purpose: it is for devices that cannot trust https here yet. */
export function trustUrl({ sharing }: Pick<StateOptions, 'sharing'>): string {
  const { host, port } = sharing.status()
  return new URL(trustPaths.page, `http://${host}:${port}`).href
}

const issuerOf = ({ issuer }: X509Certificate): string => /^(?:CN|O)=(.*)$/m.exec(issuer)?.[1] ?? issuer

const asIso = (time: string): string => new Date(time).toISOString()
