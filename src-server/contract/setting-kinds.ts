import { z } from 'zod'

/** The kinds of keys that config.toml has: what a person sees of each, and how it is checked. */
export interface SettingWords {
  readonly label: string
  /** One or two sentences: what it does, and what its ends mean. */
  readonly help: string
  /** Where it is shown: one of these on the settings screen, the others on the security screen. */
  readonly section:
    | ('appearance' | 'sharing' | 'uploads' | 'people' | 'pages' | 'backups' | 'log')
    | ('encryption' | 'sign-in' | 'limits' | 'proxy' | 'headers')
  /** What it stands under in a long section. Keys without one come first. */
  readonly group?: SettingGroup
}

export type SettingGroup =
  | ('Your own certificate' | 'OpenID Connect settings' | 'SAML settings' | 'Limits' | 'Bans')
  | ('What you can change' | 'Shared pages' | 'More')

export interface SettingSpec<S extends z.ZodType, D> extends SettingWords {
  readonly schema: S
  readonly default: D
  readonly control: 'switch' | 'number' | 'text' | 'choice' | 'list'
  readonly unit?: string
  /** Of a list: what one of its items may look like. */
  readonly example?: string
  /** Value → what a person reads. */
  readonly choices?: Readonly<Record<string, string>>
}

export const flag = (fallback: boolean, words: SettingWords) =>
  ({ ...words, control: 'switch', default: fallback, schema: z.boolean({ error: 'Write true or false' }) }) as const

interface Range {
  readonly from: number
  readonly to: number
  readonly unit: string
  /** What is said of a number outside, or of no number. */
  readonly allowed: string
  readonly isWhole?: boolean
}

export function number(fallback: number, { from, to, unit, allowed, isWhole = false }: Range, words: SettingWords) {
  const any = isWhole ? z.int({ error: allowed }) : z.number({ error: allowed })
  return {
    ...words,
    control: 'number',
    default: fallback,
    unit,
    schema: any.min(from, allowed).max(to, allowed),
  } as const
}

export const text = <S extends z.ZodType<string, string>>(fallback: string, schema: S, words: SettingWords) =>
  ({ ...words, control: 'text', default: fallback, schema }) as const

/** A text of which a person is offered the usual ones; the file may hold others that the schema lets through. */
export const offer = <S extends z.ZodType<string, string>>(
  fallback: string,
  { schema, choices }: { readonly schema: S; readonly choices: Readonly<Record<string, string>> },
  words: SettingWords,
) => ({ ...words, control: 'choice', default: fallback, schema, choices }) as const

export const list = (
  fallback: readonly string[],
  words: SettingWords & { readonly example: string },
  item: z.ZodType<string, string> = z.string({ error: 'Write a text in quotes' }),
) =>
  ({
    ...words,
    control: 'list',
    default: fallback,
    schema: z.array(item, { error: 'Write a list of texts, such as ["a", "b"]' }),
  }) as const

export function choice<const C extends Readonly<Record<string, string>>>(
  fallback: keyof C & string,
  choices: C,
  words: SettingWords,
) {
  const names = Object.keys(choices) as [keyof C & string, ...(keyof C & string)[]]
  const error = `Write one of ${names.map(name => `"${name}"`).join(', ')}`
  return {
    ...words,
    control: 'choice',
    default: fallback,
    choices,
    schema: z.enum(names, { error }),
  } as const
}

export const plainText = z.string({ error: 'Write a text in quotes' })

export const PublicUrl = plainText.refine(url => url === '' || isPlainUrl(url), {
  error: 'Write the full address that others use, such as "https://share.example.com", or ""',
})

/** As a `Host` header has it: without a scheme, and without wildcards, which nothing here would understand. */
export const HostName = plainText.refine(
  host => /^(\[[\da-f:.]+\]|[\w.-]+)(:\d+)?$/i.test(host) && URL.canParse(`http://${host}`),
  { error: 'Write a name such as "nas.home" or "nas.home:8443", without https:// and without *' },
)

export const Folder = plainText.max(4096).regex(/^(|\/.*|[a-z]:[\\/].*|\\\\.*)$/i, {
  error: 'Write the full path of a folder, such as "/mnt/backups", or ""',
})

function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const isBare = url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  return ['http:', 'https:'].includes(url.protocol) && isBare
}
