import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { Port } from './contract/sharing.ts'
import { type LogLevel, logLevels } from './log.ts'
import { StartError } from './start-error.ts'

/** What the headless command is told, by flags first, then by its environment. */
export interface HeadlessOptions {
  readonly dataDir: string
  readonly listen: { readonly host?: string; readonly port?: number }
  readonly logLevel?: LogLevel
  readonly adminPassword?: string
  readonly secretKey?: string
}

const Host = z.union([z.ipv4(), z.ipv6()], { error: '--host takes an address, such as 0.0.0.0 or 127.0.0.1' })
const Level = z
  .string()
  .toUpperCase()
  .pipe(z.enum(logLevels, { error: `TRUNK8_LOG_LEVEL is one of ${logLevels.join(', ')}` }))
const SecretKey = z
  .string()
  .min(32, 'TRUNK8_SECRET_KEY is too short. Use at least 32 characters, such as those of "openssl rand -hex 32"')
  .refine(
    key => key !== 'your-secret-key-change-in-production',
    'TRUNK8_SECRET_KEY is the example that everybody knows. Use one of your own, such as that of "openssl rand -hex 32"',
  )

const Given = z.object({
  'data-dir': z.string().min(1).optional(),
  host: Host.optional(),
  port: Port.optional(),
  TRUNK8_PORT: Port.optional(),
  TRUNK8_LOG_LEVEL: Level.optional(),
  TRUNK8_ADMIN_PASSWORD: z.string().max(1024, 'TRUNK8_ADMIN_PASSWORD has at most 1024 characters').optional(),
  TRUNK8_SECRET_KEY: SecretKey.optional(),
})

const secrets = ['TRUNK8_ADMIN_PASSWORD', 'TRUNK8_SECRET_KEY']

/**
 * Arguments and environment → options. Takes the secrets out of the environment, where child processes and crash reports
 * would find them. Throws `StartError` for the first thing that is wrong.
 */
export function readHeadlessOptions(args: readonly string[], env: NodeJS.ProcessEnv): HeadlessOptions {
  const variables = ['TRUNK8_PORT', 'TRUNK8_LOG_LEVEL', ...secrets]
  // An empty variable is one that is not set.
  const set = variables.flatMap(name => (env[name] ? [[name, env[name]]] : []))
  for (const name of secrets) delete env[name]
  const parsed = Given.safeParse({ ...Object.fromEntries(set), ...readFlags(args) })
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const name = String(issue?.path[0] ?? '')
    const words = issue?.message ?? ''
    throw new StartError('unknown', words.includes(name) ? words : `${name}: ${words}`)
  }
  const { host, port, TRUNK8_PORT, TRUNK8_LOG_LEVEL, TRUNK8_ADMIN_PASSWORD, TRUNK8_SECRET_KEY } = parsed.data
  return {
    dataDir: resolve(parsed.data['data-dir'] ?? defaultDataDir(env)),
    listen: defined({ host, port: port ?? TRUNK8_PORT }),
    ...defined({ logLevel: TRUNK8_LOG_LEVEL, adminPassword: TRUNK8_ADMIN_PASSWORD, secretKey: TRUNK8_SECRET_KEY }),
  }
}

function readFlags(args: readonly string[]): Record<string, unknown> {
  const text = { type: 'string' } as const
  try {
    return { ...parseArgs({ args: [...args], options: { 'data-dir': text, host: text, port: text } }).values }
  } catch (error) {
    throw new StartError('unknown', `${(error as Error).message.split('\n', 1)[0]} (flags: --data-dir, --host, --port)`)
  }
}

/** Where each system keeps a program's data. */
function defaultDataDir(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'trunk8')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'trunk8')
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'trunk8')
}

/** Without the keys that have no value. */
function defined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
