import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { listen } from './listen.ts'
import type { Page, Visitor } from './visitor.ts'

/** SimpleSAMLphp, as Debian has it, on a free port of this computer, with a key of its own. */
export interface SamlProvider {
  /** Its address, without a slash at the end. */
  readonly url: string
  readonly metadataUrl: string
  /** Path of the certificate that it signs with. */
  readonly certFile: string
  /** Path of somebody else's. */
  readonly foreignCertFile: string
  stop(): Promise<void>
}

export const simpleSamlPrograms = ['php', 'openssl', '/usr/share/simplesamlphp/www/index.php']

/** A service that the provider answers: ours by any of its names, and how it does so. */
export interface SamlService {
  readonly entityId: string
  readonly acs: readonly string[]
  readonly signsResponse?: boolean
  readonly signsAssertion?: boolean
  readonly nameIdFormat?: string
}

export interface SamlPerson {
  readonly uid: string
  readonly mail?: string
  readonly displayName?: string
}

const stays = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

interface SimpleSamlOptions {
  /** By the name that signs in; the password is the name, then `pw`. */
  readonly people: Readonly<Record<string, SamlPerson>>
  readonly services: readonly SamlService[]
}

export async function startSimpleSaml({ people, services }: SimpleSamlOptions): Promise<SamlProvider> {
  const folder = await mkdtemp(join(tmpdir(), 't8-saml-'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  for (const name of ['cert', 'log', 'temp', 'data', 'metadata', 'sessions']) await mkdir(join(folder, name))
  await Promise.all(['idp', 'foreign'].map(name => makeCertificate(join(folder, 'cert', name))))
  const files = {
    'config.php': `$config = ${php(configOf(folder, url))};`,
    'authsources.php': `$config = ${php({ people: { 0: 'exampleauth:UserPass', ...accountsOf(people) } })};`,
    'metadata/saml20-idp-hosted.php': `$metadata['${url}/idp'] = ${php(hosted)};`,
    'metadata/saml20-sp-remote.php': services.map(it => `$metadata['${it.entityId}'] = ${php(remote(it))};`).join('\n'),
  }
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), `<?php\n${text}\n`)
  const server = await serve(folder, port)
  return {
    url,
    metadataUrl: `${url}/saml2/idp/metadata.php`,
    certFile: join(folder, 'cert', 'idp.crt'),
    foreignCertFile: join(folder, 'cert', 'foreign.crt'),
    async stop() {
      const hasEnded = new Promise(resolve => server.once('exit', resolve))
      server.kill()
      await hasEnded
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const configOf = (folder: string, url: string) => ({
  ...{ baseurlpath: `${url}/`, secretsalt: 'salt of the tests', 'auth.adminpassword': 'admin of the tests' },
  ...{
    certdir: `${folder}/cert/`,
    loggingdir: `${folder}/log/`,
    tempdir: `${folder}/temp`,
    datadir: `${folder}/data/`,
  },
  ...{ 'logging.handler': 'file', 'logging.level': 5, 'enable.saml20-idp': true, timezone: 'UTC' },
  ...{ 'module.enable': { exampleauth: true, core: true, saml: true }, 'store.type': 'phpsession' },
  ...{ 'session.phpsession.savepath': `${folder}/sessions`, 'session.cookie.secure': false },
  ...{ 'session.phpsession.cookiename': 'SimpleSAML', 'session.cookie.samesite': 'Lax' },
  ...{ 'metadata.sources': { 0: { type: 'flatfile', directory: `${folder}/metadata` } } },
})

const accountsOf = (people: SimpleSamlOptions['people']) =>
  Object.fromEntries(
    Object.entries(people).map(([name, person]) => [
      `${name}:${name}pw`,
      Object.fromEntries(Object.entries(person).map(([attribute, value]) => [attribute, { 0: value }])),
    ]),
  )

const hosted = {
  ...{ host: '__DEFAULT__', privatekey: 'idp.key', certificate: 'idp.crt', auth: 'people', NameIDFormat: stays },
  'signature.algorithm': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
}

const remote = ({ acs, signsResponse = true, signsAssertion = true, nameIdFormat = stays }: SamlService) => ({
  AssertionConsumerService: Object.fromEntries(
    acs.map((Location, index) => [
      index,
      { index, Location, Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', isDefault: index === 0 },
    ]),
  ),
  ...{ 'saml20.sign.response': signsResponse, 'saml20.sign.assertion': signsAssertion, NameIDFormat: nameIdFormat },
  authproc: { 3: { class: 'saml:AttributeNameID', attribute: 'uid', identifyingAttribute: 'uid', Format: stays } },
})

/** A value as PHP writes it. */
function php(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? quoted(value) : String(value)
  const pairs = Object.entries(value).map(([key, it]) => `${/^\d+$/.test(key) ? key : quoted(key)} => ${php(it)}`)
  return `[${pairs.join(', ')}]`
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

async function makeCertificate(path: string): Promise<void> {
  const subject = ['-subj', '/CN=A SAML provider of the tests', '-days', '2']
  const files = ['-keyout', `${path}.key`, '-out', `${path}.crt`]
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject])
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Resolves once it listens. */
function serve(folder: string, port: number): Promise<ChildProcess> {
  const flags = ['-d', 'display_errors=0', '-d', 'error_reporting=0']
  const server = spawn('php', [...flags, '-S', `127.0.0.1:${port}`, '-t', '/usr/share/simplesamlphp/www'], {
    env: { ...process.env, SIMPLESAMLPHP_CONFIG_DIR: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let said = ''
    server.stderr.on('data', chunk => {
      said += chunk
      if (/Development Server .* started/.test(said)) resolve(server)
    })
    server.once('exit', code => reject(new Error(`php ended with ${code}: ${said}`)))
  })
}

/** A browser's way through the sign-in form, up to the page that posts the answer; `url`: where it begins. */
export async function goToSimpleSaml(visitor: Visitor, name: string, url: string): Promise<Page> {
  const form = await visitor.follow(await visitor.ask(url))
  // Whoever is signed in there already is asked nothing more.
  if (form.text.includes('SAMLResponse')) return form
  return visitor.follow(await visitor.submit(form, { username: name, password: `${name}pw` }))
}
