/**
 * Which Bootswatch theme the page wears, and whether it is light or dark.
 */
import { themes } from 'virtual:themes'

/** Themes that mix in light backgrounds unless they are told to be dark. */
const alwaysDark = new Set(['cyborg', 'darkly', 'slate', 'solar', 'superhero', 'vapor'])

/** Puts on a theme by its name (the one in `index.html` is on from the start) and follows the system's light or dark. */
export function wearTheme(name: string): void {
  const link = document.querySelector<HTMLLinkElement>('link#theme')
  const url = themes[name]
  if (link && url && link.getAttribute('href') !== url) link.href = url
  const root = document.documentElement
  root.dataset.theme = name
  root.dataset.bsTheme = alwaysDark.has(name) || systemIsDark().matches ? 'dark' : 'light'
}

/** Changes between light and dark as the system does. Returns the function that ends it. */
export function followSystem(): () => void {
  const system = systemIsDark()
  const follow = () => wearTheme(document.documentElement.dataset.theme ?? 'cerulean')
  system.addEventListener('change', follow)
  return () => system.removeEventListener('change', follow)
}

const systemIsDark = () => window.matchMedia('(prefers-color-scheme: dark)')
