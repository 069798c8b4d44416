import type { Profile } from '@node-saml/node-saml'
import { z } from 'zod'
import type { Proven } from '../accounts.ts'

/** From an assertion, whose signatures and audience hold, to whom it proves: what is left to check, and what we look at. */
export interface Expected {
  readonly issuer: string
  /** The one address of ours that takes answers. */
  readonly recipient: string
  readonly requestId: string
  /** Milliseconds. */
  readonly now: number
}

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'

/** An element of which there may be several, as the XML reader has it: attributes under `$`. */
const Confirmation = z.looseObject({
  $: z.looseObject({ Method: z.string() }),
  SubjectConfirmationData: z.tuple([
    z.looseObject({
      $: z.looseObject({ Recipient: z.string(), InResponseTo: z.string(), NotOnOrAfter: z.string() }),
    }),
  ]),
})
const Assertion = z.looseObject({
  Assertion: z.looseObject({
    Subject: z.tuple([z.looseObject({ SubjectConfirmation: z.array(z.unknown()) })]),
  }),
})

/** Throws an `Error` with the reason. */
export function toProven(profile: Profile, expected: Expected): Proven {
  if (profile.issuer !== expected.issuer) throw new Error('the assertion was issued by another provider')
  if (!isConfirmed(profile.getAssertion?.(), expected)) {
    throw new Error('the assertion is not confirmed for this address and this request')
  }
  const { nameID, nameIDFormat } = profile
  if (typeof nameID !== 'string' || nameID.trim() === '' || nameID.length > 1000) {
    throw new Error('the assertion names nobody')
  }
  if (nameIDFormat === transient) {
    throw new Error('the provider gives everybody a new name at each sign-in; set its NameID to one that stays')
  }
  const attribute = (names: readonly string[]) => firstText(profile.attributes, names)
  const email = attribute(emailNames)
  return {
    identity: { provider: 'saml', issuer: expected.issuer, subject: nameID },
    usernames: [attribute(usernameNames), nameID, email],
    displayName: attribute(displayNames),
    label: email ?? nameID,
    isAdmin: undefined,
  }
}

/** One confirmation at least is for whoever brings it, to this address, for this request, now (profiles, 4.1.4.3). */
function isConfirmed(given: unknown, { recipient, requestId, now }: Expected): boolean {
  const parsed = Assertion.safeParse(given)
  const all = parsed.success ? parsed.data.Assertion.Subject[0].SubjectConfirmation : []
  return all.some(it => {
    const { data } = Confirmation.safeParse(it)
    if (data?.$.Method !== bearer) return false
    const { Recipient, InResponseTo, NotOnOrAfter } = data.SubjectConfirmationData[0].$
    return Recipient === recipient && InResponseTo === requestId && Date.parse(NotOnOrAfter) > now
  })
}

/** The same facts have many names: short ones, object identifiers, and those of Microsoft. */
const emailNames = [
  ...['mail', 'email', 'urn:oid:0.9.2342.19200300.100.1.3'],
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
]
const usernameNames = ['uid', 'username', 'urn:oid:0.9.2342.19200300.100.1.1']
const displayNames = [
  ...['displayName', 'urn:oid:2.16.840.1.113730.3.1.241', 'cn', 'urn:oid:2.5.4.3'],
  'http://schemas.microsoft.com/identity/claims/displayname',
]

const Attributes = z.record(z.string(), z.unknown()).catch({})

function firstText(given: unknown, names: readonly string[]): string | undefined {
  const attributes = Attributes.parse(given)
  const values = names.flatMap(name => (Object.hasOwn(attributes, name) ? [attributes[name]].flat() : []))
  return values.find((it): it is string => typeof it === 'string' && it.trim() !== '')?.slice(0, 1000)
}
