/**
 * Vite plugin that reads a few colours of each Bootswatch theme, so that the settings can draw a small picture of a theme
 * without loading its stylesheet: `virtual:theme-colours` maps a theme's name to them.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const moduleId = 'virtual:theme-colours'
const rootBlock = /:root,\[data-bs-theme=light\]\{([^}]*)\}/
const variables = {
  page: 'body-bg',
  text: 'body-color',
  line: 'border-color',
  primary: 'primary',
  success: 'success',
  warning: 'warning',
  danger: 'danger',
}

/** @returns {import('vite').Plugin} */
export function themeColours() {
  return {
    name: 'theme-colours',
    resolveId: id => (id === moduleId ? `\0${moduleId}` : undefined),
    load: id => (id === `\0${moduleId}` ? `export const themeColours = ${JSON.stringify(readAll())}` : undefined),
  }
}

function readAll() {
  const folder = join(dirname(createRequire(import.meta.url).resolve('bootswatch/package.json')), 'dist')
  const names = readdirSync(folder).sort()
  return Object.fromEntries(
    names.map(name => [name, readColours(name, readFileSync(join(folder, name, 'bootstrap.min.css'), 'utf8'))]),
  )
}

/**
 * @param {string} name
 * @param {string} css
 */
function readColours(name, css) {
  const block = rootBlock.exec(css)?.[1] ?? ''
  const readVariable = (/** @type {string} */ variable) => {
    const value = new RegExp(`--bs-${variable}:([^;]+)`).exec(block)?.[1]
    if (value === undefined) throw new Error(`The theme ${name} has no --bs-${variable}`)
    return value.trim()
  }
  const radius = readVariable('border-radius')
  const pixels = Number.parseFloat(radius) * (radius.endsWith('rem') ? 16 : 1)
  const colours = Object.entries(variables).map(([key, variable]) => [key, readVariable(variable)])
  return { ...Object.fromEntries(colours), radius: pixels }
}
