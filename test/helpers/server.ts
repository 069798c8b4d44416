import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { z } from 'zod'
import {
  actAsHeader,
  api,
  fromReply,
  type Route,
  SignedIn as SignedInReply,
  toRequest,
} from '../../src-server/contract/index.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../src-server/index.ts'

/**
 * A real server on a free port of 127.0.0.1 over a folder of its own, and clients that speak to it in the product's own
 * contract. Everything is gone after `stop`.
 */
export interface TestServer {
  /** Where visitors find it; follows a change of port. */
  readonly url: string
  readonly dataDir: string
  readonly adminPassword: string
  readonly running: RunningServer
  /** The owner door's two callers; only with `owner: true`. */
  readonly window: Client
  readonly desktop: Client
  /** Nobody: no cookie, no token. */
  readonly anyone: Client
  /** Signs in over the network. Without a name: the admin. */
  as(username?: string, password?: string, options?: SignInOptions): Promise<SignedIn>
  /** A program with an API key, and nothing else. */
  withKey(key: string, way?: Pick<SendOptions, 'from' | 'isSecure'>): Client
  /** Plain fetch of a path of this server. Follows no redirect. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** A request in which every header is yours, `Host` too. */
  send(options: SendOptions): Promise<RawReply>
  /** Stops and starts it anew on the same folder and port; `meanwhile` happens in between. */
  restart(options?: Partial<ServerOptions>, meanwhile?: () => Promise<unknown>): Promise<void>
  stop(): Promise<void>
}

/** `from`, `isSecure`: how this client comes, now and with all that it sends later. */
export interface SignInOptions extends Pick<SendOptions, 'from' | 'isSecure'> {
  readonly remember?: boolean
}

export interface Client {
  call<In extends z.ZodType, Out extends z.ZodType>(route: Route<In, Out>, input: z.input<In>): Promise<z.output<Out>>
  /** A request with this client's credentials. */
  send(options: SendOptions): Promise<RawReply>
}

/** As a browser it takes over every cookie that an answer gives its session, and the token that goes with it. */
export interface SignedIn extends Client {
  /** As it stands in the `Cookie` header. */
  readonly cookie: string
  readonly csrfToken: string
  /** The whole `Set-Cookie` header of the sign-in. */
  readonly setCookie: string
}

export interface SendOptions {
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string | Buffer
  /** Address that it comes from, such as 127.0.0.66: any of 127.0.0.0/8 but 127.0.0.1 counts as another computer. */
  readonly from?: string
  /** Over https, whatever the certificate. */
  readonly isSecure?: boolean
}

export interface RawReply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown
}

export interface TestServerOptions {
  /** An existing folder, which is then kept. */
  readonly dataDir?: string
  /** Text of config/config.toml. */
  readonly config?: string
  /** Files to write before the start: path in the data folder → text. */
  readonly files?: Readonly<Record<string, string>>
  /** Open the owner door as well. */
  readonly owner?: boolean
  readonly adminPassword?: string
  /** Where the host keeps the admin's password, or why it does not. */
  readonly secrets?: Omit<ServerOptions['secrets'], 'adminPassword' | 'secretKey'>
  readonly uiDir?: string
  readonly sharing?: ServerOptions['sharing']
  readonly listen?: ServerOptions['listen']
  /** Limit how fast requests come, as config.toml has it; else nobody is limited. */
  readonly isLimited?: boolean
}

const tokens = { windowToken: 'window-token-of-the-test', desktopToken: 'desktop-token-of-the-test' }

export async function startTestServer(given: TestServerOptions = {}): Promise<TestServer> {
  const scratch = await mkdtemp(join(tmpdir(), 't8-'))
  const dataDir = given.dataDir ?? join(scratch, 'data')
  const files = { ...given.files, ...(given.config !== undefined && { 'config/config.toml': given.config }) }
  for (const [path, text] of Object.entries(files)) await write(join(dataDir, path), text)
  const adminPassword = given.adminPassword ?? 'correct horse battery staple'
  const options: ServerOptions = {
    dataDir,
    uiDir: given.uiDir ?? join(scratch, 'ui'),
    secrets: { adminPassword, secretKey: 'a key of the tests, long enough to be one', ...given.secrets },
    listen: { host: '127.0.0.1', port: 0, ...given.listen },
    ...(!given.isLimited && { rateLimits: 'off' }),
    sharing: given.sharing ?? 'on',
    version: '0.0.0-test',
    ...(given.owner && { owner: { socketPath: socketPathIn(scratch), ...tokens } }),
  }
  let running = await startServer(options).catch(async error => {
    await rm(scratch, { recursive: true, force: true })
    throw error
  })

  const lan = (): RequestOptions => ({ host: '127.0.0.1', port: running.sharing.port })
  const owner = (): RequestOptions => ({ socketPath: options.owner?.socketPath ?? '' })
  const withHeaders = (target: () => RequestOptions, headers: Record<string, string>, way: Way = {}) =>
    createClient(it => send(target(), { ...way, ...it, headers: { ...headers, ...it.headers } }))
  const anyone = withHeaders(lan, {})

  async function as(
    username = '',
    password = adminPassword,
    { remember = false, ...way }: SignInOptions = {},
  ): Promise<SignedIn> {
    const reply = await anyone.send({ ...way, ...asRequest(api.sessions.signIn, { username, password, remember }) })
    const { csrfToken } = SignedInReply.parse(fromReply(api.sessions.signIn, reply.status, reply.json))
    const setCookie = reply.headers['set-cookie']?.[0] ?? ''
    let held = { cookie: setCookie.split(';', 1)[0] ?? '', csrfToken }

    async function follow(reply: RawReply): Promise<RawReply> {
      const [name] = held.cookie.split('=', 1)
      const given = (reply.headers['set-cookie'] ?? []).map(it => it.split(';', 1)[0] ?? '')
      const cookie = given.find(it => it.startsWith(`${name}=`) && !it.endsWith('='))
      if (cookie === undefined) return reply
      const session = await anyone.send({ ...way, path: api.sessions.get.path, headers: { Cookie: cookie } })
      held = { cookie, csrfToken: fromReply(api.sessions.get, session.status, session.json).csrfToken }
      return reply
    }

    const headers = () => ({ Cookie: held.cookie, 'X-Trunk8-CSRF': held.csrfToken })
    const client = createClient(async it =>
      follow(await anyone.send({ ...way, ...it, headers: { ...headers(), ...it.headers } })),
    )
    return {
      ...client,
      get cookie() {
        return held.cookie
      },
      get csrfToken() {
        return held.csrfToken
      },
      setCookie,
    }
  }

  return {
    get url() {
      return `http://127.0.0.1:${running.sharing.port}`
    },
    get running() {
      return running
    },
    dataDir,
    adminPassword,
    anyone,
    window: withHeaders(owner, { Authorization: `Bearer ${tokens.windowToken}` }),
    desktop: withHeaders(owner, { Authorization: `Bearer ${tokens.desktopToken}` }),
    as,
    withKey: (key, way) => withHeaders(lan, { Authorization: `Bearer ${key}` }, way),
    fetch: (path, init) => fetch(`http://127.0.0.1:${running.sharing.port}${path}`, { redirect: 'manual', ...init }),
    send: it => send(lan(), it),
    async restart(changes = {}, meanwhile = async () => {}) {
      const { port } = running.sharing
      await running.stop()
      await meanwhile()
      running = await startServer({ ...options, listen: { ...options.listen, port }, ...changes })
    },
    async stop() {
      await running.stop()
      await rm(scratch, { recursive: true, force: true })
    },
  }
}

/** The same client, whose every request is made in the name of another user. */
export const actingAs = (client: Client, username: string): Client =>
  sending(client, { [actAsHeader]: encodeURIComponent(username) })

/** The same client, whose every request has these headers as well. */
export const sending = (client: Client, headers: Record<string, string>): Client =>
  createClient(it => client.send({ ...it, headers: { ...headers, ...it.headers } }))

function createClient(sendIt: Client['send']): Client {
  return {
    send: sendIt,
    async call(route, input) {
      const reply = await sendIt(asRequest(route, input))
      return fromReply(route, reply.status, reply.json)
    },
  }
}

function asRequest<In extends z.ZodType, Out extends z.ZodType>(
  route: Route<In, Out>,
  input: z.input<In>,
): SendOptions {
  const { method, url, body } = toRequest(route, input)
  if (body === undefined) return { method, path: url }
  return { method, path: url, body, headers: { 'Content-Type': 'application/json' } }
}

type Way = Pick<SendOptions, 'from' | 'isSecure'>

function send(
  target: RequestOptions,
  { method = 'GET', path, headers = {}, body, from, isSecure = false }: SendOptions,
): Promise<RawReply> {
  const way = { ...(from && { localAddress: from }), ...(isSecure && { rejectUnauthorized: false }) }
  const begin = isSecure ? requestSecurely : request
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const asked = { ...target, ...way, method, path, headers: { ...length, ...headers }, agent: false }
    const sent = begin(asked, async reply => {
      try {
        const chunks = await reply.toArray()
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text, json: asJson(text) })
      } catch (error) {
        reject(error)
      }
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

const socketPathIn = (folder: string): string =>
  process.platform === 'win32' ? `\\\\.\\pipe\\${folder.replaceAll(/\W/g, '-')}` : join(folder, 'owner.sock')
