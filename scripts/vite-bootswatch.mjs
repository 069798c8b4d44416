/**
 * Vite plugin that tames the 26 Bootswatch themes: no font is fetched from the network, no image is a `data:` address,
 * and each lies in a cascade layer, so that the app's own styles stand above it however specific a theme gets.
 * Each theme becomes one hashed stylesheet, of which the page loads only the chosen one:
 * `virtual:themes` maps a theme's name to its URL, and `index.html` links the first theme from the start.
 * Besides it makes a small one for pages of text; `static/themes.json` tells the server both URLs of every theme.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { contentType } from 'mime-types'
import { firstPaint } from './first-paint.mjs'
import { pageTheme } from './page-theme.mjs'

const moduleId = 'virtual:themes'
const fontImport = /@import url\([^)]*\);?/g
const charset = /^@charset "[^"]*";/i
const sourceMapNote = /\/\*# sourceMappingURL=.*?\*\/\s*$/
const dataImage = /url\("data:image\/svg\+xml,([^"]*)"\)/g

/**
 * @param {{ first: string }} options the theme that `index.html` links
 * @returns {import('vite').Plugin}
 */
export function bootswatch({ first }) {
  const { files, urls } = readThemes()
  const script = firstPaint(urls)
  const scriptFile = `static/first-paint-${shortHash(script)}.js`
  files.set(scriptFile, script)
  let base = '/'
  return {
    name: 'bootswatch',
    configResolved(config) {
      base = config.base
    },
    resolveId: id => (id === moduleId ? `\0${moduleId}` : undefined),
    load: id => (id === `\0${moduleId}` ? `export const themes = ${JSON.stringify(urls)}` : undefined),
    transformIndexHtml: () => [
      {
        tag: 'link',
        attrs: { rel: 'stylesheet', id: 'theme', href: base + urls[first]?.slice(1) },
        injectTo: 'head-prepend',
      },
      // Right behind the theme, whose address it changes before anything is drawn.
      { tag: 'script', attrs: { src: base + scriptFile }, injectTo: 'head-prepend' },
    ],
    generateBundle() {
      for (const [fileName, source] of files) this.emitFile({ type: 'asset', fileName, source })
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const source = files.get(request.url?.slice(1) ?? '')
        if (source === undefined) return next()
        response.setHeader('Content-Type', contentType(request.url?.split('.').at(-1) ?? '') || 'text/css')
        response.end(source)
      })
    },
  }
}

/** What the server's own pages look like. It has these too; a preview in the desktop window loads them from here. */
const ownStyles = {
  'static/markdown.css': '../src-server/markdown/markdown.css',
  'static/pages.css': '../src-server/http/pages.css',
}

/** All themes, as the files to serve (by path) and the URL of each theme. */
function readThemes() {
  /** @type {Map<string, string>} */
  const files = new Map()
  /** @type {Record<string, string>} */
  const urls = {}
  /** @type {Record<string, { ui: string, page: string }>} */
  const manifest = {}
  const folder = join(dirname(createRequire(import.meta.url).resolve('bootswatch/package.json')), 'dist')
  for (const name of readdirSync(folder).sort()) {
    const css = tame(readTheme(folder, name), files)
    const file = `static/theme-${name}-${shortHash(css)}.css`
    files.set(file, css)
    urls[name] = `/${file}`
    const page = `@layer theme{${pageTheme(readTheme(folder, name))}}`
    const pageFile = `static/page-theme-${name}-${shortHash(page)}.css`
    files.set(pageFile, page)
    manifest[name] = { ui: `/${file}`, page: `/${pageFile}` }
  }
  files.set('static/themes.json', JSON.stringify(manifest))
  for (const [file, source] of Object.entries(ownStyles)) {
    files.set(file, readFileSync(new URL(source, import.meta.url), 'utf8'))
  }
  return { files, urls }
}

/** @param {string} folder @param {string} name */
const readTheme = (folder, name) =>
  readFileSync(join(folder, name, 'bootstrap.min.css'), 'utf8')
    .replace(charset, '')
    .replace(fontImport, '')
    .replace(sourceMapNote, '')

/**
 * @param {string} css
 * @param {Map<string, string>} files gets the images
 */
function tame(css, files) {
  const rules = css.replace(dataImage, (_, encoded) => {
    const image = decodeURIComponent(encoded)
    const name = `theme-image-${shortHash(image)}.svg`
    files.set(`static/${name}`, image)
    return `url(${name})`
  })
  if (/url\(["']?(data:|https?:|\/\/)/.test(rules)) throw new Error('A Bootswatch theme still fetches from elsewhere')
  return `@layer theme{${rules}}`
}

/** @param {string} text */
const shortHash = text => createHash('sha256').update(text).digest('base64url').slice(0, 8)
