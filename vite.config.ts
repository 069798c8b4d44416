import { readFile } from 'node:fs/promises'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { bootswatch } from './scripts/vite-bootswatch.mjs'
import { icons } from './scripts/vite-icons.mjs'
import { themeColours } from './scripts/vite-theme-colours.mjs'
import { htmlPreview } from './src-server/contract/html-preview.ts'

/** The renderer: one page for the desktop window and for browsers on the network. */
export default defineConfig({
  root: 'src-renderer',
  publicDir: false,
  plugins: [react(), bootswatch({ first: 'cerulean' }), icons(), themeColours(), previewFrame()],
  build: {
    // Phones on the network are older than the desktop's own Chromium.
    target: 'baseline-widely-available',
    assetsDir: 'static',
    // The page's security policy allows neither inline scripts nor data: addresses.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    emptyOutDir: true,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: inFirstLoad(), debugName: 'first load' }] } } },
  },
})

/**
 * All that the page needs at once goes into one file, also what some later screen needs as well: each file is a request
 * more, and the guide's limit lets a visitor make 21 in a row.
 */
function inFirstLoad(): (id: string, context: { getModuleInfo(id: string): ModuleFacts | null }) => string | null {
  const found = new Set<string>()
  return (id, context) => {
    if (found.size === 0) addAll(`${import.meta.dirname}/src-renderer/main.tsx`)
    return found.has(id) ? 'trunk8' : null

    function addAll(from: string): void {
      if (found.has(from)) return
      found.add(from)
      for (const imported of context.getModuleInfo(from)?.importedIds ?? []) addAll(imported)
    }
  }
}

interface ModuleFacts {
  readonly importedIds: readonly string[]
}

/** The frame that HTML pages are previewed in goes out as it is written: its script must be within it. */
function previewFrame(): Plugin {
  const read = () => readFile(new URL('src-renderer/links/editor/html-preview.html', import.meta.url))
  return {
    name: 'html-preview',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: htmlPreview.path.slice(1), source: await read() })
    },
    configureServer(server) {
      server.middlewares.use(htmlPreview.path, async (request, response) => {
        response.setHeader('Content-Type', 'text/html; charset=utf-8')
        const { searchParams } = new URL(request.url ?? '', 'http://localhost')
        response.setHeader('Content-Security-Policy', htmlPreview.policyOf(searchParams.get('mode')))
        response.end(await read())
      })
    },
  }
}
