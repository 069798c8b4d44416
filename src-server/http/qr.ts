import { generate } from 'lean-qr'
import { toSvgPath } from 'lean-qr/extras/svg'

/** Black on white with its quiet zone (ISO/IEC 18004: four modules), as a file of its own. */
export function renderQr(text: string): string {
  const code = generate(text)
  const quiet = 4
  const side = code.size + 2 * quiet
  const box = `${-quiet} ${-quiet} ${side} ${side}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" shape-rendering="crispEdges"><path fill="#fff" d="M${-quiet} ${-quiet}h${side}v${side}h${-side}z"/><path d="${toSvgPath(code)}"/></svg>\n`
}
