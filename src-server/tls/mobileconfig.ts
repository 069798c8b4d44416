import { createHash, type X509Certificate } from 'node:crypto'
import { html } from '../http/pages.ts'
import { commonName } from './authority.ts'

/**
 * A configuration profile by which iPhones, iPads and Macs take a certificate authority in (Apple, Configuration Profile
 * Reference, payload `com.apple.security.root`). The same authority has the same profile, so that a second one replaces
 * the first.
 */
export function renderProfile(authority: X509Certificate): string {
  const name = commonName(authority)
  const [profile, payload] = [uuidFrom(authority, 'profile'), uuidFrom(authority, 'payload')]
  // Escaping is the same in XML as in HTML.
  return html`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
<key>PayloadContent</key>
<array>
<dict>
<key>PayloadCertificateFileName</key><string>ca.crt</string>
<key>PayloadContent</key><data>${authority.raw.toString('base64')}</data>
<key>PayloadDisplayName</key><string>${name}</string>
<key>PayloadIdentifier</key><string>desktop.trunk8.${payload}</string>
<key>PayloadType</key><string>com.apple.security.root</string>
<key>PayloadUUID</key><string>${payload}</string>
<key>PayloadVersion</key><integer>1</integer>
</dict>
</array>
<key>PayloadDescription</key><string>Lets this device recognise ${name}.</string>
<key>PayloadDisplayName</key><string>${name}</string>
<key>PayloadIdentifier</key><string>desktop.trunk8.${profile}</string>
<key>PayloadRemovalDisallowed</key><false/>
<key>PayloadType</key><string>Configuration</string>
<key>PayloadUUID</key><string>${profile}</string>
<key>PayloadVersion</key><integer>1</integer>
</dict>
</plist>
`.text
}

/** A version 8 UUID (RFC 9562, section 5.8) of the authority and a word. */
function uuidFrom({ fingerprint256 }: X509Certificate, word: string): string {
  const digits = createHash('sha256').update(`${fingerprint256} ${word}`).digest('hex')
  const parts = [digits.slice(0, 8), digits.slice(8, 12), `8${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`]
  return [...parts, digits.slice(20, 32)].join('-').toUpperCase()
}
