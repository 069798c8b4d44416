import type { BootswatchTheme } from '../contract/settings.ts'
import type { OpenFile } from '../storage/assets.ts'
import { createCache } from './cache.ts'
import { type PageFrame, renderDocument, renderTooLong } from './page.ts'
import { pageThemeUrl } from './page-themes.ts'
import type { Rendered } from './render.ts'
import { createRenderer, tooLong } from './renderer.ts'

/**
 * Pages of Markdown, for visitors and for the editor's preview. What was rendered once is kept while its file stays as it
 * is. Visitors and editors are rendered apart, so that nobody's typing keeps visitors waiting.
 */
export type Markdown = ReturnType<typeof createMarkdown>

interface MarkdownOptions {
  readonly uiDir: string
  /** Name of the instance. */
  readonly name: () => string
  /** The theme that a person reads in; undefined: a visitor's. */
  readonly themeOf: (username: string | undefined) => BootswatchTheme
  /** Our own address, without a slash at its end. */
  readonly origin: () => string
  /** Milliseconds that one text may take. */
  readonly limit?: number | undefined
}

export interface PageSource extends Pick<PageFrame, 'title' | 'fallbackTitle' | 'by' | 'changed' | 'aboutUrl'> {
  readonly file: OpenFile
  /** Where the text itself is. */
  readonly sourceUrl: string
}

/** Bytes of a text that becomes a page. */
const maxSource = 2 * 1024 * 1024
/** Characters of rendered pages that are kept. */
const maxKept = 16 * 1024 * 1024

export function createMarkdown({ uiDir, name, themeOf, origin, limit }: MarkdownOptions) {
  const pages = createRenderer({ limit })
  const previews = createRenderer({ limit })
  const kept = createCache<Rendered | typeof tooLong>({
    maxWeight: maxKept,
    weigh: rendered => (rendered === tooLong ? 1_000 : rendered.body.length + 1_000),
    // A machine that was busy may have time later.
    keepFor: rendered => (rendered === tooLong ? 10 * 60_000 : Number.POSITIVE_INFINITY),
  })

  function renderFile({ handle, stats: { ino, size, mtimeMs } }: OpenFile): Promise<Rendered | typeof tooLong> {
    if (size > maxSource) return Promise.resolve(tooLong)
    const options = { origin: origin(), opensApart: false }
    return kept.get(`${ino} ${size} ${mtimeMs} ${options.origin}`, async () =>
      pages.render({ source: decode(await handle.readFile()), options }),
    )
  }

  async function frame(rendered: Rendered, username: string | undefined, about: Omit<PageFrame, 'name' | 'theme'>) {
    const theme = themeOf(username)
    return renderDocument(rendered, { ...about, name: name(), theme, themeUrl: await pageThemeUrl(uiDir, theme) })
  }

  return {
    /** The document of a stored text for whoever reads it. The file stays open. */
    async page({ file, sourceUrl, ...about }: PageSource, username: string | undefined): Promise<string> {
      const rendered = await renderFile(file)
      return rendered === tooLong ? renderTooLong(name(), sourceUrl) : frame(rendered, username, about)
    },

    /** The same document of a text that nobody keeps. */
    async preview(source: string, title: string | undefined, username: string): Promise<string> {
      const rendered = await previews.render({ source, options: { origin: origin(), opensApart: true } })
      return rendered === tooLong
        ? renderTooLong(name())
        : frame(rendered, username, { title, fallbackTitle: 'Preview' })
    },

    async stop(): Promise<void> {
      await Promise.all([pages.stop(), previews.stop()])
    },
  }
}

/** Whatever the bytes are: what is no UTF-8 shows as such, and fails nothing. */
const decode = (bytes: Buffer): string => new TextDecoder().decode(bytes)
