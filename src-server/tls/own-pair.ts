import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { readIfThere } from '../storage/durable.ts'
import { protocol } from './protocol.ts'

/** A certificate that people bring themselves, as two PEM files: read, and checked before it serves. */
export interface Pair {
  /** PEM: the certificate, then those that vouch for it. */
  readonly cert: string
  /** PEM. */
  readonly key: string
}

/** Which of the two keys of config.toml is to blame, and why, as a sentence without its full stop. */
export interface PairProblem {
  readonly entry: 'tls.cert_file' | 'tls.key_file'
  readonly detail: string
}

/** The two files → a pair that can serve now. Throws `UnusablePair`. */
export async function readPair(certFile: string, keyFile: string, now: number): Promise<Pair> {
  if (certFile === '') fail('tls.cert_file', 'There is a key, so there has to be a certificate: name its file here')
  if (keyFile === '') fail('tls.key_file', 'There is a certificate, so there has to be a key: name its file here')
  const cert = await readPem(certFile, 'tls.cert_file')
  const key = await readPem(keyFile, 'tls.key_file')
  const certificate = parseCertificate(cert, certFile)
  if (!certificate.checkPrivateKey(parseKey(key, keyFile))) {
    fail('tls.key_file', `The key in ${keyFile} does not belong to the certificate in ${certFile}`)
  }
  checkTime(certificate, certFile, now)
  try {
    createSecureContext({ ...protocol, cert, key })
  } catch (error) {
    fail('tls.cert_file', `The certificate in ${certFile} cannot serve: ${messageOf(error)}`)
  }
  return { cert, key }
}

export class UnusablePair extends Error {
  readonly problem: PairProblem

  constructor(problem: PairProblem) {
    super(problem.detail)
    this.problem = problem
  }
}

function fail(entry: PairProblem['entry'], detail: string): never {
  throw new UnusablePair({ entry, detail })
}

async function readPem(path: string, entry: PairProblem['entry']): Promise<string> {
  const text = await readIfThere(path).catch(error => fail(entry, `${path} cannot be read: ${messageOf(error)}`))
  return text ?? fail(entry, `There is no file ${path}`)
}

function parseCertificate(text: string, path: string): X509Certificate {
  try {
    return new X509Certificate(text)
  } catch {
    return fail(
      'tls.cert_file',
      `${path} holds no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----`,
    )
  }
}

function parseKey(text: string, path: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch (error) {
    const isLocked = (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE' || /ENCRYPTED/.test(text)
    if (isLocked) return fail('tls.key_file', `The key in ${path} has a passphrase. Give one without`)
    return fail(
      'tls.key_file',
      `${path} holds no private key in PEM form, which begins with -----BEGIN PRIVATE KEY-----`,
    )
  }
}

function checkTime({ validFrom, validTo }: X509Certificate, path: string, now: number): void {
  const on = (time: string) => new Date(time).toISOString().slice(0, 10)
  if (now > Date.parse(validTo)) fail('tls.cert_file', `The certificate in ${path} ended on ${on(validTo)}`)
  if (now < Date.parse(validFrom)) fail('tls.cert_file', `The certificate in ${path} only begins on ${on(validFrom)}`)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
