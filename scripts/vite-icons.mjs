/**
 * Vite plugin: `import copy from 'bootstrap-icons/icons/copy.svg?paths'` gives the icon's drawing as data,
 * so that only the icons in use travel, inside the script, and no image is fetched or inlined.
 */
import { readFile } from 'node:fs/promises'

const ending = '.svg?paths'

/** @returns {import('vite').Plugin} */
export function icons() {
  return {
    name: 'icons',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith(ending)) return undefined
      const svg = await readFile(id.slice(0, -'?paths'.length), 'utf8')
      const paths = [...svg.matchAll(/<path ([^>]*)\/>/g)].map(([, attributes = '']) => ({
        d: /\bd="([^"]*)"/.exec(attributes)?.[1],
        ...(attributes.includes('fill-rule="evenodd"') && { evenOdd: true }),
      }))
      if (/<(circle|rect|ellipse|polygon)\b/.test(svg)) throw new Error(`${id} draws with more than paths`)
      return `export default ${JSON.stringify(paths)}`
    },
  }
}
