import { z } from 'zod'
import { logLevels } from '../log.ts'

/**
 * config.toml as it stands on the disk: upstream's keys first, then ours. Every key may be missing, unknown ones stay.
 * A wrong value is refused with words that say what is allowed.
 */
const text = z.string({ error: 'Write a text in quotes' })
const flag = z.boolean({ error: 'Write true or false' })
const texts = z.array(text, { error: 'Write a list of texts, such as ["a", "b"]' })

const number = (min: number, max: number, words: string) => z.number({ error: words }).min(min, words).max(max, words)

const lifetime = number(0.01, 3650, 'A session lasts 0.01 to 3650 days').optional()

const port = z
  .int({ error: 'A port is a whole number between 1 and 65535' })
  .min(1, 'A port is between 1 and 65535')
  .max(65_535, 'A port is between 1 and 65535')

const host = z.union([z.ipv4(), z.ipv6()], {
  error: 'Write "0.0.0.0" for every network, "127.0.0.1" for this computer alone, or one of its addresses',
})

const publicUrl = text.refine(url => url === '' || isPlainUrl(url), {
  error: 'Write the full address that others use, such as "https://share.example.com", or ""',
})

const level = text.refine(name => logLevels.some(known => known === name.toUpperCase()), {
  error: `Write one of ${logLevels.join(', ')}`,
})

export const ConfigFile = z.looseObject({
  app: z
    .looseObject({
      theme: text.optional(),
      markdown_theme: text.optional(),
      max_file_size_mb: number(0, 1e9, 'Write a number of megabytes; 0 means no limit').optional(),
      permanent_lifetime_days: lifetime,
    })
    .optional(),
  session: z
    .looseObject({
      permanent_lifetime_days: lifetime,
      idle_minutes: number(1, 525_600, 'Write 1 to 525600 minutes').optional(),
    })
    .optional(),
  server: z
    .looseObject({
      port: port.optional(),
      host: host.optional(),
      name: text.max(100, 'A name has at most 100 characters').optional(),
      public_url: publicUrl.optional(),
      allowed_hosts: texts.optional(),
    })
    .optional(),
  uploads: z.looseObject({ allowed_extensions: texts.optional(), allow_all: flag.optional() }).optional(),
  logging: z.looseObject({ level: level.optional() }).optional(),
})
export type ConfigFile = z.infer<typeof ConfigFile>

/** What a new instance starts with: upstream's own defaults. */
export const newConfigFile: ConfigFile = {
  app: { theme: 'cerulean', markdown_theme: 'cerulean', max_file_size_mb: 100 },
  session: { permanent_lifetime_days: 30 },
}

function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const isBare = url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  return ['http:', 'https:'].includes(url.protocol) && isBare
}
