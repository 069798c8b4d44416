/**
 * The script that runs before the page's first paint, in the theme that it wore last: `lib/themes.ts` remembers it.
 * A file of its own, since the page's security policy allows no script within the page.
 */

/**
 * Runs in the page, as text: it knows nothing but what it is given.
 * @param {Readonly<Record<string, string>>} urls name of a theme → URL of its stylesheet
 * @param {string} place where `lib/themes.ts` remembers `darkly dark` or `cerulean system`
 */
function wearRemembered(urls, place) {
  let remembered = ''
  try {
    remembered = localStorage.getItem(place) ?? ''
  } catch {
    // A browser that keeps nothing for pages.
  }
  const [name = '', mode] = remembered.split(' ')
  const isDark = mode === 'dark' || window.matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.dataset.bsTheme = isDark ? 'dark' : 'light'
  const link = document.querySelector('link#theme')
  if (!link || !Object.hasOwn(urls, name)) return
  document.documentElement.dataset.theme = name
  if (link.getAttribute('href') !== urls[name]) link.setAttribute('href', urls[name] ?? '')
}

/** @param {Readonly<Record<string, string>>} urls */
export const firstPaint = urls => `(${wearRemembered})(${JSON.stringify(urls)}, 'trunk8.theme')\n`
