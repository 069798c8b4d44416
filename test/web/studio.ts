/** A folder as a small studio might have it, for tests that look at full screens. */

interface Entry {
  readonly code: string
  /** A redirect's target or a file's name. */
  readonly what: string
  /** Bytes of a file. */
  readonly size?: number
  readonly title?: string
  /** Hours from now; negative: that long ago. */
  readonly expires?: number
  readonly visits: number
  readonly type?: 'markdown' | 'html'
  readonly isPaused?: boolean
}

const entries: readonly Entry[] = [
  { code: 'red-fox', what: 'Floor plan, 3rd floor.pdf', size: 4_200_000, expires: 21, visits: 48 },
  { code: 'standup', what: 'https://meet.jit.si/lindqvist-tuesday', visits: 312 },
  { code: 'teal-heron', what: 'Keynote rehearsal.mov', size: 1_800_000_000, expires: 144, visits: 3 },
  { code: 'wifi', what: 'wifi.md', title: 'Guest Wi-Fi and printing', type: 'markdown', visits: 1047 },
  { code: 'menu', what: 'menu.html', title: 'Lunch menu, week 48', type: 'html', expires: 72, visits: 226 },
  { code: 'brave-otter', what: 'Contract draft (Nordby).docx', size: 88_000, visits: 1 },
  { code: 'late-moose', what: 'invoice-10482.pdf', size: 312_000, expires: 0.7, visits: 2 },
  { code: 'drivers', what: 'Printer drivers (Brother).zip', size: 214_000_000, visits: 33 },
  { code: 'map', what: 'https://www.openstreetmap.org/#map=17/59.33258/18.06490', visits: 71 },
  { code: 'kiosk', what: 'https://example.com/lobby', title: 'Lobby screen', isPaused: true, visits: 5812 },
  {
    code: 'Geschäftsführung',
    what: 'Donaudampfschifffahrtsgesellschaft – Gesellschafterversammlung, Tagesordnung und Beschlussvorlagen, Entwurf 14 (Nov).xlsx',
    size: 1_240_000,
    visits: 12,
  },
  { code: 'stand-23', what: 'Stand render 01.png', size: 9_800_000, expires: 12, visits: 19 },
  { code: 'song', what: 'Jingle, take 4.flac', size: 31_000_000, visits: 8 },
]

const hour = 3_600_000

/** The studio's files: path in the data folder → text. */
export function studioFiles(now = Date.now()): Record<string, string> {
  const links = entries.map((entry, index) => toTable(entry, now, index)).join('\n')
  const visits = entries.map(({ code, visits }) => `"${code}" = ${visits}`).join('\n')
  const last = entries.map(({ code }) => `"${code}" = "${new Date(now - 17 * 60_000).toISOString()}"`).join('\n')
  return {
    'users/admin/links.toml': links,
    'state/visits.toml': `[count]\n${visits}\n[last]\n${last}\n`,
  }
}

function toTable(entry: Entry, now: number, index: number): string {
  const { code, what, size, title, expires, type, isPaused } = entry
  const made = localTime(now - (index * 5 + 0.6) * hour)
  const kind = type ?? (size === undefined ? 'redirect' : 'file')
  const lines = [
    `[links."${code}"]`,
    `type = "${kind}"`,
    ...(expires === undefined ? [] : [`expiration_date = "${localTime(now + expires * hour)}"`]),
    ...(kind === 'redirect' ? [`url = "${what}"`] : [`path = "${code}_file"`, `original_filename = "${what}"`]),
    ...(size === undefined ? [] : [`file_size = ${size}`]),
    ...(title ? [`title = "${title}"`] : []),
    `created_at = "${made}"`,
    ...(isPaused ? ['enabled = false'] : []),
  ]
  return `${lines.join('\n')}\n`
}

/** As the folder keeps times: this machine's own, without an offset. */
function localTime(time: number): string {
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}
