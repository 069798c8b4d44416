/**
 * Vite plugin for programs that run in a worker thread: `import code from './x-worker.ts?code'` is that module with all
 * it imports, as one CommonJS text for `new Worker(code, { eval: true })`. So a bundle stays one file, and the tests,
 * which run from the sources, start the very same worker.
 */
const suffix = '?code'

/** @returns {import('vite').Plugin} */
export function workerCode() {
  /** One bundle for each run, however many modules ask. @type {Map<string, ReturnType<typeof bundle>>} */
  const made = new Map()
  return {
    name: 'worker-code',
    enforce: 'pre',
    async resolveId(id, importer) {
      if (!id.endsWith(suffix)) return undefined
      const resolved = await this.resolve(id.slice(0, -suffix.length), importer)
      return resolved && `${resolved.id}${suffix}`
    },
    async load(id) {
      if (!id.endsWith(suffix)) return undefined
      const entry = id.slice(0, -suffix.length)
      const making = made.get(entry) ?? bundle(entry)
      if (!this.meta.watchMode) made.set(entry, making)
      const { code, files } = await making
      for (const file of files) this.addWatchFile(file)
      return `export default ${JSON.stringify(code)}`
    },
  }
}

/** @param {string} entry */
async function bundle(entry) {
  // Not at the top: what sets the project up imports this file before there are any packages.
  const { build } = await import('vite')
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: entry,
      write: false,
      target: 'node20.18',
      minify: true,
      rolldownOptions: { output: { format: 'cjs', codeSplitting: false } },
    },
  })
  const [output] = Array.isArray(result) ? result : [result]
  const chunk = output && 'output' in output ? output.output[0] : undefined
  if (!chunk) throw new Error(`${entry} made no bundle`)
  return { code: chunk.code, files: Object.keys(chunk.modules).filter(file => !file.startsWith('\0')) }
}
