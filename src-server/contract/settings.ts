import { z } from 'zod'
import { route } from './route.ts'
import { SsoOffers } from './sso-offers.ts'

/** The 26 Bootswatch themes that Trunk8 ships. */
export const bootswatchThemes = [
  ...(['brite', 'cerulean', 'cosmo', 'cyborg', 'darkly', 'flatly', 'journal', 'litera', 'lumen'] as const),
  ...(['lux', 'materia', 'minty', 'morph', 'pulse', 'quartz', 'sandstone', 'simplex', 'sketchy'] as const),
  ...(['slate', 'solar', 'spacelab', 'superhero', 'united', 'vapor', 'yeti', 'zephyr'] as const),
] as const
export const BootswatchTheme = z.enum(bootswatchThemes)
export type BootswatchTheme = z.infer<typeof BootswatchTheme>

/** Themes that are dark by nature: with them `data-bs-theme` is always `dark`. */
export const darkThemes: ReadonlySet<string> = new Set(['cyborg', 'darkly', 'slate', 'solar', 'superhero', 'vapor'])

/** What is drawn. `wanted` is the name in the file where Trunk8 has no such theme, and draws `theme` in its place. */
const Choice = z.object({ theme: BootswatchTheme, wanted: z.string().optional() })

export const Appearance = z.object({ ui: Choice, markdown: Choice })
export type Appearance = z.infer<typeof Appearance>

/** A theme of config/themes.toml. One that Trunk8 does not ship is shown and cannot be chosen. */
export const Theme = z.object({
  key: z.string(),
  name: z.string(),
  description: z.string(),
  isDark: z.boolean(),
  isShipped: z.boolean(),
})
export type Theme = z.infer<typeof Theme>

export const OwnSettings = z.object({
  /** What holds for this person: their own choice over the instance's. */
  appearance: Appearance,
  /** The instance's, which stands where a person chose nothing. */
  instance: Appearance,
  /** What this person chose, as written in their file; absent: nothing. The admin's own choice is the instance's. */
  own: z.object({ theme: z.string().optional(), markdownTheme: z.string().optional() }),
  /** Whether what this person chooses is the instance's: so it is for `admin`, as in upstream. */
  choosesForAll: z.boolean(),
  themes: z.array(Theme),
})
export type OwnSettings = z.infer<typeof OwnSettings>

/** `null`: the instance's again. What is left out stays. */
export const OwnSettingsChanges = z.object({
  theme: BootswatchTheme.nullable().optional(),
  markdownTheme: BootswatchTheme.nullable().optional(),
})
export type OwnSettingsChanges = z.infer<typeof OwnSettingsChanges>

export const settings = {
  get: route({ method: 'GET', path: '/api/v1/settings', access: 'user', input: z.object({}), output: OwnSettings }),
  update: route({
    method: 'PATCH',
    path: '/api/v1/settings',
    access: 'user',
    input: OwnSettingsChanges,
    output: OwnSettings,
  }),
  /** For the sign-in page: the instance's name and looks, and the ways in besides a password. */
  welcome: route({
    method: 'GET',
    path: '/api/v1/welcome',
    access: 'anyone',
    input: z.object({}),
    output: z.object({ name: z.string(), appearance: Appearance, signIn: SsoOffers }),
  }),
}
