import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** Which stylesheet a theme has for pages: the build of the interface makes them and names them in one file. */
const Manifest = z.record(z.string(), z.object({ page: z.string() }))

/** Theme → URL of its stylesheet for pages; undefined where there is none, or the interface is not built. */
export async function pageThemeUrl(uiDir: string, theme: string): Promise<string | undefined> {
  const text = await readFile(join(uiDir, 'static/themes.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const themes = Manifest.parse(JSON.parse(text))
  return Object.hasOwn(themes, theme) ? themes[theme]?.page : undefined
}
