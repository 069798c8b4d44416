import { X509Certificate } from 'node:crypto'
import { readIfThere, writeDurably } from '../storage/durable.ts'
import type { AuthorityKeeper } from './authority.ts'
import type { Names } from './names.ts'
import { type Pair, type PairProblem, readPair, UnusablePair } from './own-pair.ts'
import { divide } from './permitted.ts'
import { day, hasTimeLeft, namesIn } from './validity.ts'

/**
 * The certificate that this server shows: the one that people brought, or else one of our own authority, made when it is
 * first asked for and renewed before anybody would notice. Whatever happens, what serves goes on until there is better.
 */

export type Certificates = ReturnType<typeof createCertificates>

interface CertificatesOptions {
  readonly authority: AuthorityKeeper
  /** Where the server's own certificate lies, with its key. */
  readonly path: string
  readonly names: () => Names
  /** The networks that this computer is in, as `192.168.1.5/24`. */
  readonly networks: () => readonly string[]
  /** Full paths of what people brought; empty: nothing. */
  readonly ownFiles: () => { readonly certFile: string; readonly keyFile: string }
  readonly now: () => number
  readonly report: (message: string) => void
  /** What serves, or what is wrong with it, is not what it was. */
  readonly onChange: () => void
}

export interface Serving {
  /** `own`: brought by people. `made`: of our authority. */
  readonly source: 'own' | 'made'
  readonly pair: Pair
  readonly certificate: X509Certificate
  readonly names: readonly string[]
  /** Names that our authority may not vouch for, since they came after it. */
  readonly uncovered: readonly string[]
}

const lifetime = 397 * day

export function createCertificates(options: CertificatesOptions) {
  const { authority, path, names, networks, ownFiles, now, report } = options
  const listeners = new Set<(pair: Pair) => void>()
  let serving: Serving | undefined
  let problem: PairProblem | undefined
  let queue: Promise<unknown> = Promise.resolve()

  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const run = queue.then(task)
    queue = run.catch(() => {})
    return run
  }

  /** What is to serve now, and the same object as before where nothing is new. */
  async function choose(isRenewed: boolean): Promise<Serving> {
    const brought = await readBrought()
    if (brought) return brought
    if (problem && serving?.source === 'own') return serving
    return ensureMade(isRenewed)
  }

  async function readBrought(): Promise<Serving | undefined> {
    const { certFile, keyFile } = ownFiles()
    if (certFile === '' && keyFile === '') {
      problem = undefined
      return undefined
    }
    try {
      const pair = await readPair(certFile, keyFile, now())
      problem = undefined
      const isKnown = serving?.source === 'own' && serving.pair.cert === pair.cert && serving.pair.key === pair.key
      return isKnown ? serving : toServing('own', pair)
    } catch (error) {
      if (!(error instanceof UnusablePair)) throw error
      const meanwhile =
        serving?.source === 'own' ? 'The one before still serves' : 'One that Trunk8 made serves meanwhile'
      problem = { ...error.problem, detail: `${error.problem.detail}. ${meanwhile}` }
      return undefined
    }
  }

  async function ensureMade(isRenewed: boolean): Promise<Serving> {
    const wanted = names()
    const known = serving?.source === 'made' ? serving : await readMade()
    if (!isRenewed && known && (await isGood(known, wanted))) return known
    const signer = await authority.ensure({ names: wanted, networks: networks() })
    const { issueServer, readPermitted } = await import('./issue.ts')
    const { covered, left } = divide(wanted, readPermitted(signer.certificate))
    const lasts = Math.min(now() + lifetime, Date.parse(new X509Certificate(signer.certificate).validTo))
    const isAsGood = known && left.length > 0 && !isRenewed && (await isGood(known, covered))
    if (isAsGood) return sameList(known.uncovered, left) ? known : { ...known, uncovered: left }
    const times = { from: new Date(now() - day / 24), until: new Date(lasts) }
    const { certificate, key } = await issueServer(signer, { ...times, names: covered })
    await writeDurably(path, `${key}${certificate}`)
    return toServing('made', { cert: certificate, key }, left)
  }

  /** Whether it covers all that is `wanted`, holds, and is vouched for by our authority as it is now. */
  async function isGood({ certificate, names: has }: Serving, wanted: Names): Promise<boolean> {
    const isCovering = [...wanted.dns, ...wanted.addresses].every(name => has.includes(name))
    if (!isCovering || !hasTimeLeft(certificate, now())) return false
    const issuer = await authority.read()
    return issuer !== undefined && hasTimeLeft(issuer, now()) && certificate.verify(issuer.publicKey)
  }

  async function readMade(): Promise<Serving | undefined> {
    const text = await readIfThere(path)
    const [key, cert] = [blockIn(text, 'PRIVATE KEY'), blockIn(text, 'CERTIFICATE')]
    if (key === undefined || cert === undefined) return undefined
    try {
      return toServing('made', { cert, key })
    } catch {
      return undefined
    }
  }

  function takeOver(next: Serving): void {
    const isNew = next.pair.cert !== serving?.pair.cert || next.pair.key !== serving.pair.key
    const isFirst = serving === undefined
    serving = next
    if (!isNew || isFirst) return
    for (const listener of listeners) listener(next.pair)
  }

  async function update(isRenewed = false): Promise<Serving> {
    const before = { serving, detail: problem?.detail }
    const next = await choose(isRenewed)
    if (next !== serving) takeOver(next)
    if (before.serving !== serving || before.detail !== problem?.detail) options.onChange()
    return next
  }

  /** The first time it is read or made, which takes a moment. Throws what the vault or the disk throws. */
  const current = async (): Promise<Serving> => serving ?? inTurn(async () => serving ?? update())

  return {
    current,
    /** What serves by now; undefined: nobody asked for it yet. */
    serving: (): Serving | undefined => serving,
    /** What is wrong with the files that people brought. */
    problem: (): PairProblem | undefined => problem,
    /** A look at whether it still serves as it should. Where nobody has asked for it yet, there is nothing to do. */
    async check(): Promise<void> {
      const { certFile, keyFile } = ownFiles()
      if (!serving && certFile === '' && keyFile === '') return
      await inTurn(() => update()).catch(error => report(`The certificate cannot be renewed: ${error}`))
    },
    /** Another one of the same authority; one that people brought is read again. */
    renew: (): Promise<Serving> => inTurn(() => update(true)),
    /** Another authority, which no device trusts yet. */
    replaceAuthority: (): Promise<Serving> =>
      inTurn(async () => {
        await authority.make({ names: names(), networks: networks() })
        return update(true)
      }),
    /** Calls `listener` with what serves from then on. Returns the function that ends it. */
    onSwap(listener: (pair: Pair) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Waits for what is still being written. */
    close: async (): Promise<void> => void (await queue),
  }
}

function toServing(source: Serving['source'], pair: Pair, uncovered: readonly string[] = []): Serving {
  const certificate = new X509Certificate(pair.cert)
  return { source, pair, certificate, names: namesIn(certificate), uncovered }
}

function blockIn(text: string | undefined, label: string): string | undefined {
  return new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----\n`).exec(text ?? '')?.[0]
}

const sameList = (a: readonly string[], b: readonly string[]): boolean => a.join('\n') === b.join('\n')
