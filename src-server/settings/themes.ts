import { z } from 'zod'
import { BootswatchTheme, darkThemes, type Theme } from '../contract/settings.ts'
import type { Finding } from '../problems/problems.ts'
import { openFollowed } from '../storage/open-followed.ts'
import { isTable, Table } from '../storage/toml-file.ts'
import { shippedThemes } from './shipped-themes.ts'

/**
 * config/themes.toml: what the themes are called and how they are described. Made where it is missing, followed for edits
 * made by hand. A theme that stands there and is not shipped is listed, and cannot be chosen.
 */
export type Themes = Awaited<ReturnType<typeof openThemes>>

const ThemesFile = z.looseObject({ themes: Table.optional() })

const Row = z.looseObject({ name: z.string().trim().min(1).optional(), description: z.string().optional() })

interface ThemesOptions {
  readonly onFindings: (findings: readonly Finding[]) => void
  readonly onChange: () => void
  readonly report: (message: string) => void
}

/** The file's folder has to be there. */
export async function openThemes(path: string, { onFindings, onChange, report }: ThemesOptions) {
  const { file, isBroken, close } = await openFollowed(path, {
    schema: ThemesFile,
    inspect: value => inspect(value.themes ?? {}),
    meanwhile: 'Until it is mended, themes have the names that Trunk8 gives them',
    onFindings,
    report,
  })
  if (!file.isOnDisk && !isBroken) await file.modify(() => ({ themes: shippedThemes }))
  file.onChange(onChange)
  return {
    /** In the order of the file; what is shipped and does not stand there comes last. */
    list(): Theme[] {
      const rows = file.value.themes ?? {}
      const keys = new Set([...Object.keys(rows), ...Object.keys(shippedThemes)])
      return [...keys].flatMap(key => toTheme(key, Object.hasOwn(rows, key) ? rows[key] : {}))
    },
    close,
  }
}

/** A row that makes no sense counts as empty: what is shipped has words of its own, and the rest is left out. */
function toTheme(key: string, row: unknown): Theme[] {
  const words = Row.safeParse(row).data
  const shipped = BootswatchTheme.safeParse(key).data
  if (!shipped && !words) return []
  const own = shipped && shippedThemes[shipped]
  return [
    {
      key,
      name: words?.name ?? own?.name ?? key,
      description: words?.description ?? own?.description ?? '',
      isDark: darkThemes.has(key),
      isShipped: shipped !== undefined,
    },
  ]
}

function inspect(rows: Table): Finding[] {
  return Object.entries(rows).flatMap(([key, row]) => {
    if (Row.safeParse(row).success) return []
    const what = isTable(row) ? 'name and description have to be texts' : 'This has to be a table'
    return { kind: 'entry', entry: `themes.${key}`, detail: `${what}. It is passed over` }
  })
}
