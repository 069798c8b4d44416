/**
 * Tells this computer to trust an authority, or no longer to: in the store of the person alone, by the system's own
 * program, so that no administrator is needed and the system asks where it asks.
 */
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AppError } from '../src-server/contract/index.ts'

export interface TrustStore {
  /** Whether the system trusts it now; never throws. */
  has(certificate: string): Promise<boolean>
  /** Throws `internal` with the system's own words where it refuses. */
  add(certificate: string): Promise<void>
  /** As `add`. What is not there is gone already. */
  remove(certificate: string): Promise<void>
}

/** One run of a program of the system. */
type Step = readonly [program: string, ...args: string[]]

interface Ways {
  readonly has: Step
  readonly add: readonly Step[]
  readonly remove: readonly Step[]
}

/** What the steps are about. */
interface Subject {
  /** Where the certificate lies as PEM while they run. */
  readonly file: string
  /** SHA-1 of it in hex, by which Windows and macOS name certificates; here it is a name and protects nothing. */
  readonly sha1: string
  readonly home: string
}

/** The steps for a system; undefined: one that we do not know. */
export function waysOf(platform: NodeJS.Platform, { file, sha1, home }: Subject): Ways | undefined {
  if (platform === 'linux') {
    const store = ['-d', `sql:${join(home, '.pki', 'nssdb')}`]
    const name = ['-n', `Trunk8 ${sha1}`]
    return {
      has: ['certutil', ...store, '-L', ...name],
      add: [['certutil', ...store, '-A', '-t', 'C,,', ...name, '-i', file]],
      remove: [['certutil', ...store, '-D', ...name]],
    }
  }
  if (platform === 'darwin') {
    const keychain = join(home, 'Library', 'Keychains', 'login.keychain-db')
    return {
      has: ['/usr/bin/security', 'verify-cert', '-c', file, '-p', 'basic', '-l', '-L', '-q'],
      add: [
        ['/usr/bin/security', 'add-trusted-cert', '-r', 'trustRoot', '-p', 'ssl', '-p', 'basic', '-k', keychain, file],
      ],
      remove: [
        ['/usr/bin/security', 'remove-trusted-cert', file],
        ['/usr/bin/security', 'delete-certificate', '-Z', sha1, keychain],
      ],
    }
  }
  if (platform === 'win32') {
    const certutil = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'certutil.exe')
    return {
      has: [certutil, '-user', '-verifystore', 'Root', sha1],
      add: [[certutil, '-user', '-addstore', 'Root', file]],
      remove: [[certutil, '-user', '-delstore', 'Root', sha1]],
    }
  }
  return undefined
}

const run = promisify(execFile)
/** The system may ask the person for their password meanwhile. */
const patience = 120_000

export function createTrustStore({ platform = process.platform, home = homedir() } = {}): TrustStore {
  /** Does `work` while the certificate lies in a file that nobody else can write. */
  async function withWays<T>(certificate: string, work: (ways: Ways) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'trunk8-'))
    try {
      const file = join(folder, 'trunk8-ca.crt')
      await writeFile(file, certificate)
      const sha1 = new X509Certificate(certificate).fingerprint.replaceAll(':', '')
      const ways = waysOf(platform, { file, sha1, home })
      if (!ways) throw new AppError('not_allowed', 'Trunk8 does not know how to do this on this system')
      return await work(ways)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  const isThere = ({ has }: Ways): Promise<boolean> =>
    perform(has).then(
      () => true,
      () => false,
    )

  return {
    has: certificate => withWays(certificate, isThere).catch(() => false),
    add: certificate =>
      withWays(certificate, async ways => {
        if (platform === 'linux') await prepareNss(home)
        for (const step of ways.add) await perform(step)
      }),
    remove: certificate =>
      withWays(certificate, async ways => {
        if (!(await isThere(ways))) return
        for (const step of ways.remove) await perform(step)
      }),
  }
}

/** Chromium makes it at its first start, which may be still to come. */
async function prepareNss(home: string): Promise<void> {
  const folder = join(home, '.pki', 'nssdb')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const isMade = await perform(['certutil', '-d', `sql:${folder}`, '-L']).then(
    () => true,
    () => false,
  )
  if (!isMade) await perform(['certutil', '-d', `sql:${folder}`, '-N', '--empty-password'])
}

async function perform([program, ...args]: Step): Promise<void> {
  try {
    await run(program, args, { timeout: patience, windowsHide: true })
  } catch (cause) {
    const { code, stderr = '' } = cause as NodeJS.ErrnoException & { stderr?: string }
    if (code === 'ENOENT') {
      throw new AppError(
        'not_found',
        `${program} is not on this computer. On Debian and Ubuntu, install libnss3-tools`,
        {
          cause,
        },
      )
    }
    const [reason] = stderr.trim().split('\n')
    throw new AppError('not_allowed', `The system did not take it${reason ? `: ${reason}` : ''}`, { cause })
  }
}
