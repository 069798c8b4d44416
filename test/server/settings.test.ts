import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSettings } from '../../src-server/settings/settings.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-'))
  path = join(folder, 'config.toml')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function open(text: string, overrides = {}) {
  await writeFile(path, text)
  return (await openSettings(path, overrides)).current
}

test('an empty file is all defaults', async () => {
  expect(await open('')).toMatchObject({
    theme: 'cerulean',
    markdownTheme: 'cerulean',
    uploads: { maxFileSize: 100 * 1024 * 1024 },
    session: { lifetimeDays: 30, idleMinutes: 60 },
    server: { port: 5001, host: '0.0.0.0', name: `Trunk8 on ${hostname()}`, publicUrl: '', allowedHosts: [] },
    passwords: { hash: 'argon2id', minLength: 12 },
    htmlMode: 'interactive',
    backup: { schedule: 'off', hour: 3, keep: 7, folder: '' },
    logLevel: 'INFO',
  })
})

test('the guide’s kinds of files may be uploaded, programs may not', async () => {
  const { allowedExtensions } = (await open('')).uploads
  const guide = 'pdf doc docx txt rtf odt jpg jpeg png gif webp bmp svg zip rar 7z tar gz xls xlsx ods csv ppt pptx odp'
  const rest = 'mp3 wav mp4 avi mkv mov py js html css json xml md'
  const names = `${guide} ${rest}`.split(' ')
  expect(names).toHaveLength(38)
  expect(allowedExtensions).toEqual(expect.arrayContaining(names))
  for (const name of ['exe', 'bat', 'cmd', 'com', 'scr', 'msi', 'ps1', 'vbs', 'sh', 'jar', 'apk', 'dmg', 'php']) {
    expect(allowedExtensions).not.toContain(name)
  }
})

test('a list of one’s own counts as it is meant, and all means all', async () => {
  const own = await open('[uploads]\nallowed_extensions = [".PDF", "Txt"]\n')
  expect(own.uploads.allowedExtensions).toEqual(['pdf', 'txt'])
  expect((await open('[uploads]\nallow_all = true\n')).uploads.allowedExtensions).toBeNull()
})

test('a limit of 0 megabytes is no limit', async () => {
  expect((await open('[app]\nmax_file_size_mb = 0\n')).uploads.maxFileSize).toBeNull()
  expect((await open('[app]\nmax_file_size_mb = 1.5\n')).uploads.maxFileSize).toBe(1_572_864)
})

test('the days of a session are read where upstream and the guide put them; [session] wins', async () => {
  expect((await open('[app]\npermanent_lifetime_days = 1\n')).session.lifetimeDays).toBe(1)
  const both = '[app]\npermanent_lifetime_days = 1\n[session]\npermanent_lifetime_days = 7\n'
  expect((await open(both)).session.lifetimeDays).toBe(7)
})

test('what this run was told goes before the file', async () => {
  const file = '[server]\nport = 6000\nhost = "10.0.0.1"\n[logging]\nlevel = "error"\n'
  expect(await open(file)).toMatchObject({ server: { port: 6000, host: '10.0.0.1' }, logLevel: 'ERROR' })
  expect(await open(file, { port: 7000, host: '127.0.0.1', logLevel: 'DEBUG' })).toMatchObject({
    server: { port: 7000, host: '127.0.0.1' },
    logLevel: 'DEBUG',
  })
})

test('a new port is written, and nothing else is', async () => {
  await writeFile(path, '[app]\ntheme = "darkly"\n[mine]\nkey = 1\n')
  const settings = await openSettings(path, {})
  await settings.setPort(6001)
  expect(await readFile(path, 'utf8')).toBe('[app]\ntheme = "darkly"\n\n[mine]\nkey = 1\n\n[server]\nport = 6001\n')
  expect(settings.current.server.port).toBe(6001)
})

test.each([
  ['[app]\nmax_file_size_mb = -1\n', 'line 2, app.max_file_size_mb: Write a number of megabytes; 0 means no limit'],
  ['[app]\nmax_file_size_mb = "10"\n', 'line 2, app.max_file_size_mb: Write a number of megabytes; 0 means no limit'],
  ['[session]\nidle_minutes = 0\n', 'line 2, session.idle_minutes: Write 1 to 525600 minutes'],
  ['[server]\n# the port\nport = 65536\n', 'line 3, server.port: A port is a whole number between 1 and 65535'],
  ['[server]\nport = 80.5\n', 'line 2, server.port: A port is a whole number between 1 and 65535'],
  ['[server]\nhost = "everywhere"\n', 'line 2, server.host: Write "0.0.0.0" for every network'],
  ['[server]\npublic_url = "share.example.com"\n', 'line 2, server.public_url: Write the full address that others use'],
  ['[server]\npublic_url = "javascript:alert(1)"\n', 'line 2, server.public_url: Write the full address'],
  ['[server]\nallowed_hosts = "a"\n', 'line 2, server.allowed_hosts: Write a list of texts'],
  ['[server]\nallowed_hosts = ["*"]\n', 'line 2, server.allowed_hosts.0: Write a name such as "nas.home"'],
  ['[server]\nallowed_hosts = ["https://nas.home"]\n', 'line 2, server.allowed_hosts.0: Write a name such as'],
  ['[proxy]\ntrusted = ["0.0.0.0/0"]\n', 'line 2, proxy.trusted.0: Everybody would be believed'],
  ['[proxy]\ntrusted = ["::/0"]\n', 'line 2, proxy.trusted.0: Everybody would be believed'],
  ['[uploads]\nallow_all = "yes"\n', 'line 2, uploads.allow_all: Write true or false'],
  [
    '[logging]\nlevel = "LOUD"\n',
    'line 2, logging.level: Write one of "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"',
  ],
  ['[passwords]\nhash = "md5"\n', 'line 2, passwords.hash: Write one of "argon2id", "bcrypt", "pbkdf2"'],
  ['[backup]\nhour = 24\n', 'line 2, backup.hour: Write a whole hour from 0 to 23'],
  ['[html]\nmode = 1\n', 'line 2, html.mode: Write one of "interactive", "isolated", "static"'],
  ['app = 1\n', 'app: '],
])('a wrong value is refused with its place and what is allowed: %j', async (text, words) => {
  await expect(open(text)).rejects.toMatchObject({ code: 'file_broken', message: expect.stringContaining(words) })
})
