import { type Appearance, BootswatchTheme } from '../contract/settings.ts'
import type { Finding } from '../problems/problems.ts'

/**
 * Which themes are drawn for whom: one's own choice over the instance's, part by part. Answers from memory. A theme that
 * Trunk8 does not ship is drawn as cerulean, and the answer keeps the name that was wanted.
 */
export type Appearances = ReturnType<typeof createAppearance>

/** Names as they stand in a file; absent: nothing was chosen. */
export interface ThemeNames {
  readonly theme?: string | undefined
  readonly markdownTheme?: string | undefined
}

interface AppearanceOptions {
  readonly instance: () => Required<ThemeNames>
  /** Of a user who has files of their own; undefined for everybody else. */
  readonly own: (username: string) => ThemeNames | undefined
}

export function createAppearance({ instance, own }: AppearanceOptions) {
  return {
    /** Without a name: what a visitor sees, which is the instance's. */
    of(username?: string): Appearance {
      const base = instance()
      const mine = username === undefined ? undefined : own(username)
      return { ui: draw(mine?.theme ?? base.theme), markdown: draw(mine?.markdownTheme ?? base.markdownTheme) }
    },
  }
}

/** What is to be said of names that Trunk8 has no theme for. */
export function inspectThemes({ theme, markdownTheme }: ThemeNames): Finding[] {
  const written = [['app.theme', theme] as const, ['app.markdown_theme', markdownTheme] as const]
  return written.flatMap(([entry, name]) => {
    if (name === undefined || BootswatchTheme.safeParse(name).success) return []
    return { kind: 'entry', entry, detail: `Trunk8 has no theme called “${name}”. Cerulean is shown in its place` }
  })
}

function draw(wanted: string): Appearance['ui'] {
  const known = BootswatchTheme.safeParse(wanted)
  return known.success ? { theme: known.data } : { theme: 'cerulean', wanted }
}
