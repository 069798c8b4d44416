import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readIfThere, writeDurably } from '../storage/durable.ts'
import type { Vault } from '../storage/file-vault.ts'
import type { Issued } from './issue.ts'
import type { Names } from './names.ts'
import { permittedFor } from './permitted.ts'
import { day, hasTimeLeft } from './validity.ts'

/**
 * This installation's own certificate authority: one that a device has to be told of once, and that vouches for every
 * later certificate of this server. Its certificate is a file, its key is in the vault and nowhere else.
 */
export type AuthorityKeeper = ReturnType<typeof createAuthorityKeeper>

interface AuthorityOptions {
  /** Where its certificate lies. */
  readonly path: string
  readonly vault: Vault
  readonly hostname: string
  readonly now: () => number
  readonly report: (message: string) => void
}

interface Making {
  readonly names: Names
  /** The networks that this computer is in, as `192.168.1.5/24`. */
  readonly networks: readonly string[]
  readonly earlier?: { readonly key: string; readonly name: string }
}

const keyName = 'certificate-authority-key'
const lifetime = 3650 * day

export function createAuthorityKeeper({ path, vault, hostname, now, report }: AuthorityOptions) {
  /** The certificate as it is; undefined: there is none that can be read. */
  async function read(): Promise<X509Certificate | undefined> {
    const text = await readIfThere(path)
    if (text === undefined) return undefined
    try {
      return new X509Certificate(text)
    } catch {
      report(`${path} holds no certificate. A new authority is made; devices have to be told to trust it`)
      return undefined
    }
  }

  /** What there is of it, in force or not. Throws what the vault throws, so that a locked one costs no authority. */
  async function open(): Promise<{ readonly certificate: X509Certificate; readonly key: string } | undefined> {
    const certificate = await read()
    if (!certificate) return undefined
    const key = await vault.read(keyName)
    if (key !== undefined && certificate.checkPrivateKey(createPrivateKey(key))) return { certificate, key }
    report('The key of the certificate authority is gone. A new one is made; devices have to be told to trust it')
    return undefined
  }

  /** `earlier`: the one to go on with, by its key and name; left out: another takes its place. */
  async function make({ names, networks, earlier }: Making): Promise<Issued> {
    const { issueAuthority } = await import('./issue.ts')
    const made = await issueAuthority({
      from: new Date(now() - day / 24),
      until: new Date(now() + lifetime),
      name: earlier?.name ?? nameFor(hostname, now()),
      key: earlier?.key,
      permitted: permittedFor(names, networks),
    })
    // Without its key it vouches for what it signs now, and another takes its place when there is more to sign.
    await vault.write(keyName, made.key).catch(error => report(`The key of the authority cannot be kept: ${error}`))
    await writeDurably(path, made.certificate)
    return made
  }

  return {
    read,
    make,
    /** The one there is, or else a new one. Throws what the vault throws. */
    async ensure(making: Omit<Making, 'earlier'>): Promise<Issued> {
      const found = await open()
      if (!found) return make(making)
      const { certificate, key } = found
      if (hasTimeLeft(certificate, now())) return { certificate: certificate.toString(), key }
      // A clock that was wrong once must not cost people the trust they set up: the same one, dated anew.
      return make({ ...making, earlier: { key, name: commonName(certificate) } })
    },
  }
}

/** What an X.509 subject says after `CN=`. */
export const commonName = ({ subject }: X509Certificate): string => /^CN=(.*)$/m.exec(subject)?.[1] ?? subject

/** At most 64 characters (RFC 5280, appendix A.1), none of which has a meaning in a distinguished name. */
function nameFor(hostname: string, time: number): string {
  const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' }).format(time)
  return `Trunk8 on ${hostname.replace(/[^\w.-]/g, '-').slice(0, 36)} (${date})`
}
