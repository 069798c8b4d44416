import { X509Certificate } from 'node:crypto'
import { DOMParser } from '@xmldom/xmldom'
import { readIfThere } from '../../storage/durable.ts'
import { askProvider, isLoopback, providerFailed } from '../provider-fetch.ts'

/**
 * What a SAML provider says of itself (SAML metadata, section 2.4), and the certificates by which it is believed. Those
 * come from a file of this computer and nowhere else: metadata is as trustworthy as the line it came over.
 */
export interface IdpMetadata {
  readonly entityId: string
  /** Where browsers are sent to sign in, by redirect. */
  readonly signOnUrl: string
  /** The certificates that it says it signs with, in Base64. */
  readonly signsWith: readonly string[]
}

const metadataSpace = 'urn:oasis:names:tc:SAML:2.0:metadata'
const signatureSpace = 'http://www.w3.org/2000/09/xmldsig#'
const redirectBinding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

/** Throws `provider_failed`, saying what is wrong. */
export async function askForMetadata(url: string): Promise<IdpMetadata> {
  const response = await askProvider(url, { headers: { Accept: 'application/samlmetadata+xml, text/xml, */*;q=0.1' } })
  if (response.status !== 200) throw providerFailed(`${url} answers with status ${response.status}`)
  return readMetadata(await response.text(), url)
}

/** Throws `provider_failed`. */
export function readMetadata(xml: string, from: string): IdpMetadata {
  const providers = elementsOf(parseXml(xml, from), metadataSpace, 'IDPSSODescriptor')
  const [provider] = providers
  if (!provider) throw providerFailed(`${from} is not the metadata of a SAML provider`)
  if (providers.length > 1) throw providerFailed(`${from} tells of several providers, where one is needed`)
  const entityId = (provider.parentNode as Element | null)?.getAttribute('entityID') ?? ''
  const signOnUrl = elementsOf(provider, metadataSpace, 'SingleSignOnService')
    .find(it => it.getAttribute('Binding') === redirectBinding)
    ?.getAttribute('Location')
  if (entityId === '') throw providerFailed(`${from} does not say what the provider is called`)
  if (!signOnUrl) throw providerFailed(`${from} names no place to sign in at by redirect`)
  if (!isSafe(signOnUrl)) throw providerFailed(`${from} names a place to sign in at that is not encrypted`)
  const signsWith = elementsOf(provider, metadataSpace, 'KeyDescriptor')
    .filter(it => it.getAttribute('use') !== 'encryption')
    .flatMap(it => elementsOf(it, signatureSpace, 'X509Certificate'))
    .map(it => (it.textContent ?? '').replace(/\s+/g, ''))
  return { entityId, signOnUrl, signsWith }
}

/** Whether XML may declare entities, which nothing that we read needs: they are how a small text becomes a huge one. */
export const declaresEntities = (xml: string): boolean => /<!(doctype|entity)/i.test(xml)

function parseXml(xml: string, from: string): Document {
  const fail = () => {
    throw providerFailed(`${from} is not XML that can be read`)
  }
  if (declaresEntities(xml) || xml.trim() === '') fail()
  return new DOMParser({ errorHandler: { warning: () => {}, error: fail, fatalError: fail } }).parseFromString(
    xml,
    'text/xml',
  )
}

const elementsOf = (parent: Document | Element, space: string, name: string): Element[] =>
  Array.from(parent.getElementsByTagNameNS(space, name))

function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
}

/** The certificates of a PEM file; several, while the provider changes from one to another. Throws `provider_failed`. */
export async function readCertificates(path: string): Promise<string[]> {
  const text = await readIfThere(path).catch(error => {
    throw providerFailed(`${path} cannot be read`, error)
  })
  if (text === undefined) throw providerFailed(`There is no file ${path}`)
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  if (found.length === 0) throw providerFailed(`${path} holds no certificate in the form PEM`)
  try {
    return found.map(pem => new X509Certificate(pem).toString())
  } catch (error) {
    throw providerFailed(`${path} holds a certificate that cannot be read`, error)
  }
}

/** Whether one of these certificates is among those that the provider says it signs with; a provider may not say. */
export const signsWithOne = ({ signsWith }: IdpMetadata, certificates: readonly string[]): boolean =>
  signsWith.length === 0 ||
  certificates.some(pem => signsWith.includes(new X509Certificate(pem).raw.toString('base64')))
