/**
 * What a page of text needs of a Bootstrap theme: its variables and how it draws bare elements, a tenth of the whole.
 * Works on minified CSS, where a rule is `selectors{declarations}` and only at-rules hold other rules.
 */

const fields = /\b(button|input|select|textarea|optgroup|label|fieldset|legend|output|progress|iframe|svg)\b/
/** The root, in light or dark, or an element with pseudo-classes; no class and no id. */
const wanted = /^(:root|\*|\[data-bs-theme=(light|dark)\]|[a-z][a-z0-9]*|[\s>+:*-]|::?[a-z-]+(\([^)]*\))?)+$/

/** @param {string} css a whole theme, minified @returns {string} the rules for a page */
export function pageTheme(css) {
  return rulesOf(css.replace(/\/\*.*?\*\//gs, ''))
    .map(({ selectors, declarations }) => {
      const kept = selectors.filter(selector => wanted.test(selector) && !fields.test(selector))
      return kept.length > 0 && declarations !== '' ? `${kept.join()}{${declarations}}` : ''
    })
    .join('')
}

/** The rules that stand in no at-rule. @param {string} css */
function rulesOf(css) {
  const rules = []
  for (let at = 0; at < css.length; ) {
    const open = css.indexOf('{', at)
    if (open < 0) break
    const close = endOfBlock(css, open)
    const prelude = css.slice(at, open).trim()
    if (!prelude.startsWith('@')) {
      const declarations = css
        .slice(open + 1, close)
        .split(/;(?![^(]*\))/)
        .filter(declaration => !declaration.includes('url('))
        .join(';')
      rules.push({ selectors: prelude.split(/,(?![^(]*\))/).map(selector => selector.trim()), declarations })
    }
    at = close + 1
  }
  return rules
}

/** @param {string} css @param {number} open */
function endOfBlock(css, open) {
  let depth = 0
  for (let at = open; at < css.length; at++) {
    if (css[at] === '{') depth++
    if (css[at] === '}' && --depth === 0) return at
  }
  throw new Error('A theme has a block without end')
}
