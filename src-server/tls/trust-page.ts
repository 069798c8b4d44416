import type { X509Certificate } from 'node:crypto'
import { trustPaths } from '../contract/tls.ts'
import { type Html, html, renderPage } from '../http/pages.ts'
import { fingerprintOf } from './fingerprint.ts'

/**
 * How a device is told, once, to trust this server: for people who know nothing of certificates. It has to work over plain
 * http and without a script, since it is what makes the rest work.
 */
interface TrustPage {
  /** Name of the instance. */
  readonly name: string
  readonly authority: X509Certificate
  /** What asks for the page: its own steps come first. */
  readonly userAgent: string
}

export function renderTrustPage({ name, authority, userAgent }: TrustPage): string {
  const { words, hex } = fingerprintOf(authority)
  const here = deviceIn(userAgent)
  const body = html`<section class="trust">
<h2>1. Compare these words</h2>
<p>Whoever runs ${name} sees the same ones under Security › Encryption. If a single one differs, go no further: somebody else answers in its place.</p>
<ol class="words">
${words.map(word => html`<li>${word}</li>\n`)}</ol>
<p class="note muted">Your device may show the whole fingerprint before it adds the certificate. It has to be this one: <code>${hex}</code></p>
</section>
<section class="trust">
<h2>2. Add the certificate to this device</h2>
${[...devices].sort(device => (device.id === here ? -1 : 0)).map(device => stepsFor(device, device.id === here))}
</section>
<p class="qr"><img src="${trustPaths.qr}" alt="QR code of this page" width="160" height="160">To do the same on a phone, scan this</p>`
  const lead = `A browser warns about ${name} because no company vouches for a computer in your own network. Tell this device once, and the warning is gone for good.`
  return renderPage({ name, heading: 'Trust this Trunk8', lead, body, icon: shield, foot: footText })
}

/** For visitors of a server that needs no trust of its own. */
export function renderNothingToTrust({ name, isEncrypted }: { readonly name: string; readonly isEncrypted: boolean }) {
  const lead = isEncrypted
    ? `The certificate of ${name} comes from elsewhere, and your device knows by itself whether to trust it.`
    : `${name} does not encrypt its connections, so there is no certificate to trust.`
  const body = html`<a class="button quiet" href="/">Go to the start page</a>`
  return renderPage({ name, heading: 'There’s nothing to do', lead, body, icon: shield })
}

const footText =
  'The certificate is good for this computer, names ending in .local and private addresses alone. To undo it, remove it where you added it.'

interface Device {
  readonly id: string
  readonly name: string
  readonly file: 'certificate' | 'profile'
  readonly steps: readonly Html[]
}

const devices: readonly Device[] = [
  {
    ...{ id: 'apple-mobile', name: 'iPhone and iPad', file: 'profile' },
    steps: [
      html`In Safari, download the certificate with the button above, and tap <b>Allow</b>.`,
      html`In <b>Settings</b>, tap <b>Profile Downloaded</b>, then <b>Install</b>.`,
      html`In <b>Settings › General › About › Certificate Trust Settings</b>, switch it on.`,
    ],
  },
  {
    ...{ id: 'android', name: 'Android', file: 'certificate' },
    steps: [
      html`Download the certificate with the button above.`,
      html`In <b>Settings</b>, search for <b>CA certificate</b> and tap <b>Install anyway</b>.`,
      html`Choose the file that you downloaded.`,
    ],
  },
  {
    ...{ id: 'windows', name: 'Windows', file: 'certificate' },
    steps: [
      html`Download the certificate with the button above, and open it.`,
      html`Choose <b>Install Certificate</b>, then <b>Current User</b>.`,
      html`Choose <b>Place all certificates in the following store</b> and <b>Trusted Root Certification Authorities</b>.`,
      html`Confirm, and start the browser again.`,
    ],
  },
  {
    ...{ id: 'mac', name: 'Mac', file: 'certificate' },
    steps: [
      html`Download the certificate with the button above, and open it. Keychain Access adds it to <b>login</b>.`,
      html`There, open it with a double click, and under <b>Trust</b> choose <b>Always Trust</b>.`,
      html`Start the browser again.`,
    ],
  },
  {
    ...{ id: 'linux', name: 'Linux', file: 'certificate' },
    steps: [
      html`Download the certificate with the button above.`,
      html`In Chrome or Chromium, open <b>Settings › Privacy and security › Security › Manage certificates</b>, and import it as an authority that identifies websites.`,
      html`Or in a terminal: <code>certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Trunk8 -i trunk8-ca.crt</code>`,
    ],
  },
  {
    ...{ id: 'firefox', name: 'Firefox', file: 'certificate' },
    steps: [
      html`On Windows, Mac and Android, Firefox trusts what the system trusts: follow those steps.`,
      html`On Linux, download the certificate with the button above, and open <b>Settings › Privacy & Security › View Certificates › Authorities</b>.`,
      html`Choose <b>Import</b>, the file, and <b>Trust this CA to identify websites</b>.`,
    ],
  },
]

const stepsFor = ({ name, file, steps }: Device, isOpen: boolean): Html => html`<details${isOpen && html` open`}>
<summary>${name}</summary>
<a class="button${!isOpen && ' quiet'}" href="${trustPaths[file]}">Download the certificate</a>
<ol>
${steps.map(step => html`<li>${step}</li>\n`)}</ol>
</details>
`

/** What the browser says it runs on → which steps; undefined: none of ours. */
function deviceIn(userAgent: string): string | undefined {
  const forms: readonly (readonly [RegExp, string])[] = [
    [/iPhone|iPad/, 'apple-mobile'],
    [/Android/, 'android'],
    [/Windows/, 'windows'],
    [/Macintosh/, 'mac'],
    [/Linux.*Firefox/, 'firefox'],
    [/Linux|CrOS/, 'linux'],
  ]
  return forms.find(([form]) => form.test(userAgent))?.[1]
}

const shield = html`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M12 3 5 6v5c0 4.5 3 8 7 10 4-2 7-5.5 7-10V6zM9 12l2 2 4-4"/></svg>`
