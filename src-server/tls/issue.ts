import 'reflect-metadata'
import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, webcrypto } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509'
import * as x509 from '@peculiar/x509'
import type { Names } from './names.ts'
import type { Permitted } from './permitted.ts'

/**
 * Makes certificates (RFC 5280): an authority of this installation's own, and what it signs. The one module that knows
 * the library, which takes a tenth of a second to load: import it when there is something to make.
 */

/** A certificate and its private key, as PEM. */
export interface Issued {
  readonly certificate: string
  readonly key: string
}

export interface Validity {
  readonly from: Date
  readonly until: Date
}

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const
const signature = { name: 'ECDSA', hash: 'SHA-256' } as const
const crypto = webcrypto as unknown as Crypto

/** `key`: PEM of an earlier authority's, to go on with it; left out: a new one. */
export async function issueAuthority(
  options: Validity & { readonly name: string; readonly permitted: Permitted; readonly key?: string | undefined },
): Promise<Issued> {
  const keys = options.key === undefined ? await makeKeys() : await readKeys(options.key)
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...validityOf(options),
      name: [{ CN: [options.name] }, { O: ['Trunk8'] }],
      keys,
      signingAlgorithm: signature,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
        new x509.Extension(id_ce_nameConstraints, true, AsnConvert.serialize(toConstraints(options.permitted))),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
      ],
    },
    crypto,
  )
  return { certificate: asText(certificate), key: options.key ?? (await exportKey(keys.privateKey)) }
}

/** A server's certificate with a key of its own. Every one of `names` has to be permitted to the authority. */
export async function issueServer(authority: Issued, options: Validity & { readonly names: Names }): Promise<Issued> {
  const { names } = options
  const signer = await readKeys(authority.key)
  const keys = await makeKeys()
  const certificate = await x509.X509CertificateGenerator.create(
    {
      ...validityOf(options),
      subject: [{ CN: [(names.dns[0] ?? 'Trunk8').slice(0, 64)] }],
      issuer: new x509.X509Certificate(authority.certificate).subjectName,
      publicKey: keys.publicKey,
      signingKey: signer.privateKey,
      signingAlgorithm: signature,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          ...names.dns.map(value => ({ type: 'dns' as const, value })),
          ...names.addresses.map(value => ({ type: 'ip' as const, value })),
        ]),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
        await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey, false, crypto),
      ],
    },
    crypto,
  )
  return { certificate: asText(certificate), key: await exportKey(keys.privateKey) }
}

/** 16 random bytes that make a positive number (RFC 5280, section 4.1.2.2). */
function validityOf({ from, until }: Validity) {
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  return { serialNumber: serial.toString('hex'), notBefore: from, notAfter: until }
}

const makeKeys = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(curve, true, ['sign', 'verify'])

async function readKeys(pem: string): Promise<CryptoKeyPair> {
  const key = createPrivateKey(pem)
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' })
  const spki = createPublicKey(key as KeyObject).export({ type: 'spki', format: 'der' })
  return {
    privateKey: await crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), curve, true, ['sign']),
    publicKey: await crypto.subtle.importKey('spki', new Uint8Array(spki), curve, true, ['verify']),
  }
}

const exportKey = async (key: CryptoKey): Promise<string> =>
  `${x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`

const asText = (certificate: x509.X509Certificate): string => `${certificate.toString('pem')}\n`

function toConstraints({ names, networks }: Permitted): NameConstraints {
  const bases = [
    ...names.map(dNSName => new GeneralName({ dNSName })),
    ...networks.map(iPAddress => new GeneralName({ iPAddress })),
  ]
  const permitted = bases.map(base => new GeneralSubtree({ base }))
  return new NameConstraints({ permittedSubtrees: new GeneralSubtrees(permitted) })
}

/** What a certificate of `issueAuthority` lets that authority vouch for. */
export function readPermitted(certificate: string): Permitted {
  const extension = new x509.X509Certificate(certificate).getExtension(id_ce_nameConstraints)
  const subtrees = extension ? AsnConvert.parse(extension.value, NameConstraints).permittedSubtrees : undefined
  const bases = [...(subtrees ?? [])].map(({ base }) => base)
  return {
    names: bases.flatMap(({ dNSName }) => dNSName ?? []),
    networks: bases.flatMap(({ iPAddress }) => iPAddress ?? []),
  }
}
