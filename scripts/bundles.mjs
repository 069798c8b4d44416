/**
 * What the build makes: one Vite configuration per bundle. Callers may rely on every bundle but the renderer being
 * one single file, so that `import.meta.dirname` in it is the folder it lies in.
 */
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { workerCode } from './vite-worker.mjs'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** The server alone, once built. */
export const headlessFile = resolve(root, 'dist/server/headless.js')

/** What is never bundled: Electron itself, and the packages that carry native code. */
const external = ['electron', 'keytar', '@node-rs/argon2', '@node-rs/bcrypt']

const preloadFolders = ['src-main', 'src-server/contract']

/**
 * @typedef {object} Bundle
 * @property {string} name
 * @property {string} output folder of the renderer, file of all others; relative to `dist`
 * @property {readonly string[]} sources folders whose change makes the bundle stale
 * @property {(outDir: string) => import('vite').InlineConfig} config
 */

/** @type {readonly Bundle[]} */
export const bundles = [
  {
    name: 'renderer',
    output: 'renderer',
    sources: [
      ...['src-renderer', 'src-main/contract.ts', 'src-server/contract', 'resources/icon.svg'],
      ...['src-server/markdown/markdown.css', 'src-server/http/pages.css'],
    ],
    config: outDir => ({
      configFile: resolve(root, 'vite.config.ts'),
      build: { outDir, chunkSizeWarningLimit: 1000 },
    }),
  },
  {
    name: 'server',
    output: 'server/headless.js',
    sources: ['src-server'],
    config: nodeConfig('src-server/headless.ts', 'headless.js'),
  },
  {
    name: 'main',
    output: 'main/main.js',
    sources: ['src-main', 'src-server'],
    config: nodeConfig('src-main/main.ts', 'main.js'),
  },
  {
    name: 'server-process',
    output: 'main/server-process.js',
    sources: ['src-main', 'src-server'],
    config: nodeConfig('src-main/server-process.ts', 'server-process.js'),
  },
  {
    name: 'keychain-process',
    output: 'main/keychain-process.js',
    sources: ['src-main'],
    config: nodeConfig('src-main/keychain-process.ts', 'keychain-process.js'),
  },
  {
    name: 'preload',
    output: 'main/preload.cjs',
    sources: preloadFolders,
    config: nodeConfig('src-main/preload.ts', 'preload.cjs'),
  },
]

/** @param {string} entry @param {string} file its ending tells the format: `.js` is ESM, `.cjs` CommonJS */
function nodeConfig(entry, file) {
  const isEsm = file.endsWith('.js')
  return /** @param {string} outDir */ outDir => ({
    configFile: /** @type {const} */ (false),
    root,
    publicDir: /** @type {const} */ (false),
    plugins: [workerCode()],
    // Bundled CommonJS packages know these two names, ESM does not.
    define: isEsm ? { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' } : {},
    ssr: { noExternal: /** @type {const} */ (true), external, target: /** @type {const} */ ('node') },
    build: {
      ssr: true,
      outDir,
      target: 'node20.18',
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: resolve(root, entry),
        // Nothing here runs on import: what main does not use of the server, Koa and all, stays out of main.
        // One package has to be there before another runs.
        treeshake: { moduleSideEffects: /** @param {string} id */ id => id.includes('reflect-metadata') },
        // In koa’s old `depd`, in a function that nothing here calls.
        checks: { eval: false },
        output: {
          format: isEsm ? /** @type {const} */ ('es') : /** @type {const} */ ('cjs'),
          entryFileNames: file,
          codeSplitting: false,
        },
      },
    },
  })
}
