import { writeFile } from 'node:fs/promises'
import { issueAuthority, issueServer } from '../../src-server/tls/issue.ts'

/** A certificate that somebody else vouches for, as a company would, with its key and its chain. */
export interface BoughtPair {
  /** PEM: its own, then that of the authority. */
  readonly cert: string
  readonly key: string
}

const day = 86_400_000

/** `from`, `until`: days from now. */
export async function buyCertificate(name: string, { from = -1, until = 90 } = {}): Promise<BoughtPair> {
  const at = (days: number) => new Date(Date.now() + days * day)
  const times = { from: at(from), until: at(until) }
  const company = await issueAuthority({ ...times, name: 'Some Company', permitted: { names: [name], networks: [] } })
  const { certificate, key } = await issueServer(company, { ...times, names: { dns: [name], addresses: [] } })
  return { cert: certificate + company.certificate, key }
}

/** Into files whose names config.toml has. */
export async function writePair({ cert, key }: BoughtPair, certFile: string, keyFile: string): Promise<void> {
  await writeFile(certFile, cert)
  await writeFile(keyFile, key)
}
