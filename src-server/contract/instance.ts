import { z } from 'zod'
import { doorSettings } from './door-settings.ts'
import { FileProblem } from './problems.ts'
import { route } from './route.ts'
import {
  choice,
  Folder,
  flag,
  HostName,
  list,
  number,
  offer,
  PublicUrl,
  plainText,
  type SettingSpec,
  text,
} from './setting-kinds.ts'

/** A theme is any text: one that Trunk8 does not ship falls back, and is shown as a problem. */
const theme = plainText.min(1, 'Write the name of a theme, such as "cerulean"').max(100)

const Host = z.union([z.ipv4(), z.ipv6()], {
  error: 'Write "0.0.0.0" for every network, "127.0.0.1" for this computer alone, or one of its addresses',
})

/** In capitals or not, as upstream's environment has it; `CRITICAL` is one of upstream's and means `ERROR`. */
const Level = plainText.refine(name => /^(debug|info|warning|error|critical)$/i.test(name), {
  error: 'Write one of "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"',
})

/** The guide's kinds (File Validation Configuration), and those that people hand around every day and that nothing runs by opening. */
const usualExtensions = [
  'pdf doc docx txt rtf odt epub ics vcf log',
  'jpg jpeg png gif webp bmp svg avif heic tif tiff ico',
  'zip rar 7z tar gz bz2 xz zst tgz',
  'xls xlsx ods csv tsv',
  'ppt pptx odp key pages numbers',
  'mp3 wav mp4 avi mkv mov m4a aac ogg oga opus flac webm m4v mpg mpeg ogv srt vtt',
  'py js html css json xml md htm markdown yaml yml toml ini ts',
].flatMap(group => group.split(' '))

/**
 * Every key of config.toml that Trunk8 knows, as data: the file's check, the settings' form and the reply are made from
 * this one table. A key is written `table.key`.
 */
export const instanceSettings = {
  'app.theme': text('cerulean', theme, {
    section: 'appearance',
    label: 'Theme of the interface',
    help: 'For everybody who chose none of their own.',
  }),
  'app.markdown_theme': text('cerulean', theme, {
    section: 'appearance',
    label: 'Theme of Markdown pages',
    help: 'What visitors see, and everybody who chose none of their own.',
  }),
  'app.max_file_size_mb': number(
    100,
    { from: 0, to: 1e9, unit: 'MB', allowed: 'Write a number of megabytes; 0 means no limit' },
    {
      section: 'uploads',
      label: 'Largest file',
      help: 'For what is sent over the network; 0 means no limit. Files of this computer are shared whatever their size.',
    },
  ),
  'session.permanent_lifetime_days': number(
    30,
    { from: 0.01, to: 3650, unit: 'days', allowed: 'A session lasts 0.01 to 3650 days' },
    { section: 'people', label: 'Stay signed in', help: 'How long a browser that was told to stay signed in does so.' },
  ),
  'session.idle_minutes': number(
    60,
    { from: 1, to: 525_600, unit: 'minutes', allowed: 'Write 1 to 525600 minutes' },
    {
      section: 'people',
      label: 'Sign out after',
      help: 'How long nothing may happen before everybody else is signed out.',
    },
  ),
  'server.port': number(
    5001,
    { from: 1, to: 65_535, unit: '', allowed: 'A port is a whole number between 1 and 65535', isWhole: true },
    { section: 'sharing', label: 'Port', help: 'Links that were handed out with another port stop working.' },
  ),
  'server.host': offer(
    '0.0.0.0',
    { schema: Host, choices: { '0.0.0.0': 'Everyone on the network', '127.0.0.1': 'This computer alone' } },
    {
      section: 'sharing',
      label: 'Who can reach it',
      help: 'With “This computer alone”, nobody else can open links or come in here.',
    },
  ),
  'server.name': text('', plainText.max(100, 'A name has at most 100 characters'), {
    section: 'sharing',
    label: 'Name',
    help: 'What visitors read on top of every page. Empty: Trunk8 on, and the name of this computer.',
  }),
  'server.public_url': text('', PublicUrl, {
    section: 'sharing',
    label: 'Public address',
    help: 'Where others reach this instance if that is not its own address, as behind a proxy: links begin with it.',
  }),
  'server.allowed_hosts': list(
    [],
    {
      section: 'sharing',
      label: 'Further names',
      help: 'Names by which browsers may ask for it, besides its addresses and the name of this computer.',
      example: 'files.home.arpa',
    },
    HostName,
  ),
  'passwords.hash': choice(
    'argon2id',
    { argon2id: 'Argon2id (strongest)', bcrypt: 'bcrypt', pbkdf2: 'PBKDF2 (upstream Trunk8 can read it)' },
    {
      section: 'people',
      label: 'How passwords are kept',
      help: 'For passwords that are set from now on. Choose PBKDF2 if the upstream program also opens this folder.',
    },
  ),
  'passwords.min_length': number(
    12,
    { from: 1, to: 128, unit: 'characters', allowed: 'Write a whole number from 1 to 128', isWhole: true },
    { section: 'people', label: 'Shortest password', help: 'For passwords that are set from now on.' },
  ),
  'uploads.allowed_extensions': list(usualExtensions, {
    section: 'uploads',
    label: 'Kinds of files',
    help: 'File name endings that may be shared.',
    example: 'dwg, blend',
  }),
  'uploads.allow_all': flag(false, {
    section: 'uploads',
    label: 'Any kind of file',
    help: 'Share programs and everything else too.',
  }),
  'html.mode': choice(
    'interactive',
    {
      interactive: 'Interactive: scripts run, walled off from Trunk8',
      isolated: 'Isolated: scripts run, and can load or submit nothing',
      static: 'Static: no script runs',
    },
    {
      section: 'pages',
      label: 'HTML pages',
      help: 'What pages that people share may do in a visitor’s browser. None of them can see Trunk8 or its cookies.',
    },
  ),
  'backup.schedule': choice(
    'off',
    { off: 'Off', daily: 'Every day', weekly: 'Every Sunday' },
    { section: 'backups', label: 'Back up by itself', help: 'Everybody’s links and files, into the folder below.' },
  ),
  'backup.hour': number(
    3,
    { from: 0, to: 23, unit: 'o’clock', allowed: 'Write a whole hour from 0 to 23', isWhole: true },
    {
      section: 'backups',
      label: 'At',
      help: 'In this computer’s time. A backup that was missed is made at the next start.',
    },
  ),
  'backup.keep': number(
    7,
    { from: 1, to: 1000, unit: 'backups', allowed: 'Write a whole number from 1 to 1000', isWhole: true },
    { section: 'backups', label: 'Keep', help: 'Older scheduled backups are deleted. Those that you made stay.' },
  ),
  'backup.folder': text('', Folder, {
    section: 'backups',
    label: 'Backup folder',
    help: 'Full path. Empty: the folder backups beside the data. Another disk is safer.',
  }),
  'logging.level': offer(
    'INFO',
    {
      schema: Level,
      choices: {
        ERROR: 'What failed',
        WARNING: 'What failed or needs a look',
        INFO: 'What happened',
        DEBUG: 'Everything, to find a fault',
      },
    },
    { section: 'log', label: 'Detail of the log', help: 'What is written to logs/app.log in the data folder.' },
  ),
  ...doorSettings,
} as const satisfies Readonly<Record<string, SettingSpec<z.ZodType, unknown>>>

export type InstanceKey = keyof typeof instanceSettings
export const instanceKeys = Object.keys(instanceSettings) as InstanceKey[]
export const InstanceKey = z.enum(instanceKeys as [InstanceKey, ...InstanceKey[]])

export const SettingValue = z.union([z.boolean(), z.number(), z.string(), z.array(z.string())])
export type SettingValue = z.infer<typeof SettingValue>

export const InstanceState = z.object({
  /** What holds now. */
  values: z.record(InstanceKey, SettingValue),
  /** Keys that stand in the file; the others have their defaults. */
  set: z.array(InstanceKey),
  /** Key → what overrules the file during this run, such as `TRUNK8_PORT` or `--host`. */
  overruled: z.partialRecord(InstanceKey, z.string()),
  /** Full path of config.toml. */
  file: z.string(),
  /** While there is one, nothing can be changed here: the file has to be mended first. */
  problem: FileProblem.optional(),
})
export type InstanceState = z.infer<typeof InstanceState>

/** `null` takes a key out of the file. Each value is checked with the table above; `errors[].path` is the key. */
export const InstanceChanges = z.object({
  values: z.partialRecord(InstanceKey, SettingValue.nullable()),
  /** The person knows that they shut themselves out; else such a change is a `conflict` at its key. */
  isConfirmed: z.boolean().optional(),
})
export type InstanceChanges = z.infer<typeof InstanceChanges>

export const instance = {
  get: route({ method: 'GET', path: '/api/v1/instance', access: 'admin', input: z.object({}), output: InstanceState }),
  update: route({
    method: 'PATCH',
    path: '/api/v1/instance',
    access: 'admin',
    input: InstanceChanges,
    output: InstanceState,
  }),
}
