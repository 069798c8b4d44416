import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { Port } from './contract/sharing.ts'
import { type LogLevel, logLevels } from './log.ts'
import type { OverrideNames } from './settings/settings.ts'
import { StartError } from './start-error.ts'

/** What the headless command is told: by flags first, then by its environment, then by a `.env` file. */
export interface HeadlessOptions {
  readonly dataDir: string
  readonly listen: { readonly host?: string; readonly port?: number }
  readonly logLevel?: LogLevel
  readonly adminPassword?: string
  readonly secretKey?: string
  /** What told it, by the name that a person knows. */
  readonly overruledBy: OverrideNames
}

interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  /** Variables of the `.env` file. */
  readonly dotEnv: ReadonlyMap<string, string>
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
const variables = ['TRUNK8_PORT', 'TRUNK8_LOG_LEVEL', ...secrets]

/**
 * Arguments and environment → options. Takes the secrets out of the environment, where child processes and crash reports
 * would find them. Throws `StartError` for the first thing that is wrong.
 */
export function readHeadlessOptions(args: readonly string[], { env, dotEnv }: Surroundings): HeadlessOptions {
  // An empty variable is one that is not set.
  const set = new Map(variables.flatMap(name => given(name, env[name]) ?? given(name, dotEnv.get(name)) ?? []))
  const fromFile = new Set(variables.filter(name => !env[name] && dotEnv.get(name)))
  const named = (name: string) => (fromFile.has(name) ? `${name} in .env` : name)
  const flags = readFlags(args)
  const parsed = Given.safeParse({ ...Object.fromEntries(set), ...flags })
  const names = overrideNames(flags, set, named)
  for (const name of secrets) delete env[name]
  if (!parsed.success) throw refusal(parsed.error, named)
  const { host, port, TRUNK8_PORT, TRUNK8_LOG_LEVEL, TRUNK8_ADMIN_PASSWORD, TRUNK8_SECRET_KEY } = parsed.data
  return {
    dataDir: resolve(parsed.data['data-dir'] ?? defaultDataDir(env)),
    listen: defined({ host, port: port ?? TRUNK8_PORT }),
    overruledBy: names,
    ...defined({ logLevel: TRUNK8_LOG_LEVEL, adminPassword: TRUNK8_ADMIN_PASSWORD, secretKey: TRUNK8_SECRET_KEY }),
  }
}

const given = (name: string, value: string | undefined): [[string, string]] | undefined =>
  value ? [[name, value]] : undefined

function overrideNames(
  flags: Record<string, unknown>,
  set: ReadonlyMap<string, string>,
  named: (name: string) => string,
): OverrideNames {
  const port = flags.port === undefined ? set.has('TRUNK8_PORT') && named('TRUNK8_PORT') : '--port'
  return {
    ...(flags.host !== undefined && { host: '--host' }),
    ...(port && { port }),
    ...(set.has('TRUNK8_LOG_LEVEL') && { logLevel: named('TRUNK8_LOG_LEVEL') }),
  }
}

/** The first thing that is wrong, with its name. */
function refusal({ issues: [issue] }: z.ZodError, named: (name: string) => string): StartError {
  const name = String(issue?.path[0] ?? '')
  const words = issue?.message ?? ''
  const place = named(name)
  return new StartError('unknown', words.includes(name) ? words.replace(name, place) : `${place}: ${words}`)
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
