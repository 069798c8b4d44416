/**
 * Which Bootswatch theme the page wears, and whether it is light or dark. What was worn last is remembered for the next
 * load, whose first paint is in it already: `scripts/first-paint.mjs` reads what is written here.
 */
import { themes } from 'virtual:themes'
import { darkThemes } from '../../src-server/contract/settings.ts'

const place = 'trunk8.theme'
const root = document.documentElement

let wanted = root.dataset.theme ?? 'cerulean'

/**
 * Puts on a theme by its name, once its stylesheet is there: until then the page looks as before, and never bare.
 * A name that is not shipped changes nothing.
 */
export function wearTheme(name: string): void {
  if (!Object.hasOwn(themes, name) || name === wanted) return
  wanted = name
  const old = document.querySelector<HTMLLinkElement>('link#theme')
  const next = document.createElement('link')
  next.rel = 'stylesheet'
  // Loaded, and without effect until its turn.
  next.media = 'not all'
  next.href = themes[name] ?? ''
  next.onload = () => {
    if (name !== wanted) return next.remove()
    document.querySelector('link#theme')?.remove()
    next.id = 'theme'
    next.media = 'all'
    paint(name)
    remember(name)
  }
  next.onerror = () => next.remove()
  old?.after(next)
}

/** Changes between light and dark as the system does. Returns the function that ends it. */
export function followSystem(): () => void {
  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const follow = () => paint(root.dataset.theme ?? wanted)
  follow()
  system.addEventListener('change', follow)
  return () => system.removeEventListener('change', follow)
}

function paint(name: string): void {
  const isDark = darkThemes.has(name) || window.matchMedia('(prefers-color-scheme: dark)').matches
  root.dataset.theme = name
  root.dataset.bsTheme = isDark ? 'dark' : 'light'
}

function remember(name: string): void {
  try {
    localStorage.setItem(place, `${name} ${darkThemes.has(name) ? 'dark' : 'system'}`)
  } catch {
    // A browser that keeps nothing for pages: the next load begins in the first theme.
  }
}
