import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectSecurely } from 'node:tls'
import { promisify } from 'node:util'
import { vi } from 'vitest'

/**
 * Other people's programs in folders of their own, on this computer alone: what a configuration says of addresses, ports
 * and files is set to what the test has, all else stays as it is.
 */
export interface RunningProxy {
  /** What it wrote about its own work. */
  readonly log: () => Promise<string>
  readonly folder: string
  stop(): Promise<void>
}

const run = promisify(execFile)

/** The name in the guide. */
export const publicName = 'trunk8.example.com'

export interface Scratch {
  readonly folder: string
  readonly certificate: string
  readonly key: string
}

/** A folder with a certificate for the public name. */
export async function makeScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 't8-proxy-'))
  const [certificate, key] = [join(folder, 'fullchain.pem'), join(folder, 'privkey.pem')]
  const subject = ['-subj', `/CN=${publicName}`, '-addext', `subjectAltName=DNS:${publicName},DNS:localhost`]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  await run('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate])
  return { folder, certificate, key }
}

interface Places {
  /** Where it listens for what the configuration has at its own port. */
  readonly ports: Readonly<Record<number, number>>
  /** Where Trunk8 listens. */
  readonly upstream: number
}

/** A configuration on 127.0.0.1 at the test's ports, with the test's certificate. */
export function nginxHere(text: string, { ports, upstream }: Places, { certificate, key }: Scratch): string {
  return text
    .replace(/^\s*listen \[::\]:.*\n/gm, '')
    .replace(/listen (\d+)/g, (_, port) => `listen 127.0.0.1:${ports[Number(port)] ?? port}`)
    .replace(/ssl_certificate \S+;/g, `ssl_certificate ${certificate};`)
    .replace(/ssl_certificate_key \S+;/g, `ssl_certificate_key ${key};`)
    .replaceAll('http://localhost:5001', `http://localhost:${upstream}`)
}

/** `http`: what stands in nginx's `http` block. */
export async function nginxFile(http: string, { folder }: Scratch): Promise<string> {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const paths = temporary.map(name => `${name}_temp_path ${join(folder, name)};`)
  const file = join(folder, 'nginx.conf')
  const user = process.getuid?.() === 0 ? 'user root;\n' : ''
  await writeFile(
    file,
    `${user}daemon off;
master_process off;
pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'error.log')};
events {}
http {
access_log ${join(folder, 'access.log')};
${paths.join('\n')}
${http}
}
`,
  )
  return file
}

/** `nginx -t` → what it says. Rejects where it refuses. */
export async function testNginx(http: string, scratch: Scratch): Promise<string> {
  const { stderr } = await run(sbin('nginx'), ['-t', '-p', scratch.folder, '-c', await nginxFile(http, scratch)])
  return stderr
}

export async function startNginx(http: string, port: number, scratch: Scratch): Promise<RunningProxy> {
  const file = await nginxFile(http, scratch)
  return start(sbin('nginx'), ['-p', scratch.folder, '-c', file], { port, folder: scratch.folder })
}

/** A Caddyfile that keeps to its folder and asks nobody for a certificate. */
export function caddyHere(text: string, { upstream }: Pick<Places, 'upstream'>, scratch: Scratch): string {
  const options = ['admin off', 'skip_install_trust', 'local_certs', 'auto_https disable_redirects']
  const storage = `storage file_system ${join(scratch.folder, 'caddy')}`
  const here = `{\n\t${[...options, storage, 'default_bind 127.0.0.1'].join('\n\t')}\n}\n`
  return here + text.replaceAll('localhost:5001', `localhost:${upstream}`)
}

const caddyEnvironment = ({ folder }: Scratch) => ({
  ...process.env,
  XDG_DATA_HOME: folder,
  XDG_CONFIG_HOME: folder,
  HOME: folder,
})

async function caddyFile(text: string, { folder }: Scratch): Promise<string> {
  const file = join(folder, 'Caddyfile')
  await writeFile(file, text)
  return file
}

export async function validateCaddy(text: string, scratch: Scratch): Promise<string> {
  const args = ['validate', '--adapter', 'caddyfile', '--config', await caddyFile(text, scratch)]
  const { stdout, stderr } = await run('caddy', args, { env: caddyEnvironment(scratch) })
  return stdout + stderr
}

export async function startCaddy(text: string, port: number, scratch: Scratch): Promise<RunningProxy> {
  const args = ['run', '--adapter', 'caddyfile', '--config', await caddyFile(text, scratch)]
  // It listens before it has made its certificate.
  const servername = publicName
  return start('caddy', args, { port, folder: scratch.folder, env: caddyEnvironment(scratch), servername })
}

const apacheModules = [
  ...['mpm_event', 'authz_core', 'authz_host', 'headers', 'ssl', 'http2', 'proxy', 'proxy_http', 'alias'],
  ...['socache_shmcb', 'reqtimeout'],
]

/** A configuration on 127.0.0.1 with the test's certificate, and all that a system's own files would say. */
export async function apacheFile(text: string, { ports }: Pick<Places, 'ports'>, scratch: Scratch): Promise<string> {
  const { folder, certificate, key } = scratch
  const here = text
    .replace(/^Listen .*\n/gm, '')
    .replace(/\*:(\d+)/g, (_, port) => `127.0.0.1:${ports[Number(port)] ?? port}`)
    .replace(/SSLCertificateFile \S+/g, `SSLCertificateFile ${certificate}`)
    .replace(/SSLCertificateKeyFile \S+/g, `SSLCertificateKeyFile ${key}`)
  const file = join(folder, 'apache.conf')
  const loads = apacheModules.map(name => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
  await mkdir(join(folder, 'run'), { recursive: true })
  await writeFile(
    file,
    [
      `ServerRoot ${folder}`,
      ...loads,
      ...(process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []),
      `PidFile ${join(folder, 'apache.pid')}`,
      `DefaultRuntimeDir ${join(folder, 'run')}`,
      `ErrorLog ${join(folder, 'error.log')}`,
      'ServerName localhost',
      ...Object.values(ports).map(port => `Listen 127.0.0.1:${port}`),
      here,
    ].join('\n'),
  )
  return file
}

/** `apache2 -t` → what it says. */
export async function testApache(file: string): Promise<string> {
  const { stdout, stderr } = await run(sbin('apache2'), ['-t', '-f', file])
  return stdout + stderr
}

export const startApache = (file: string, port: number, { folder }: Scratch): Promise<RunningProxy> =>
  start(sbin('apache2'), ['-D', 'FOREGROUND', '-f', file], { port, folder })

const sbin = (name: string): string => `/usr/sbin/${name}`

interface StartOptions {
  /** It is there once this port answers. */
  readonly port: number
  readonly folder: string
  readonly env?: NodeJS.ProcessEnv
  /** The port has to answer to this name by TLS. */
  readonly servername?: string
}

async function start(program: string, args: readonly string[], options: StartOptions): Promise<RunningProxy> {
  const { port, folder, env, servername } = options
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(env && { env }) })
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => void said.push(data))
  let hasEnded = false
  const ended = new Promise<void>(resolve => child.once('close', () => resolve())).then(() => {
    hasEnded = true
  })
  const log = async () =>
    Buffer.concat(said).toString() + (await readFile(join(folder, 'error.log'), 'utf8').catch(() => ''))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await vi.waitFor(() => (hasEnded ? undefined : answersAt(port, servername)), { timeout: 30_000, interval: 20 })
    if (hasEnded) throw new Error('It has ended')
  } catch (error) {
    const words = await log()
    await stop()
    throw new Error(`${program} does not listen on ${port}: ${words}`, { cause: error })
  }
  return { log, folder, stop }
}

const answersAt = (port: number, servername: string | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const to = { port, host: '127.0.0.1' }
    const isThere = () => {
      socket.destroy()
      resolve()
    }
    const socket = servername
      ? connectSecurely({ ...to, servername, rejectUnauthorized: false }, isThere)
      : connect(to, isThere)
    socket.once('error', reject)
  })
