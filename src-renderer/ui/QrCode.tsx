/** A QR code as inline SVG, black on white with its quiet zone in every theme. */
import { generate } from 'lean-qr'
import { toSvgPath } from 'lean-qr/extras/svg'
import { useMemo } from 'react'

const quietZone = 2

export function QrCode({ text, size }: { text: string; size: string }) {
  const { path, viewBox } = useMemo(() => draw(text), [text])
  return (
    <svg
      className="t8-qr"
      style={{ width: size, height: size }}
      role="img"
      aria-label={`QR code for ${text}`}
      viewBox={viewBox}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  )
}

/** The same as a file of its own. */
export function qrFile(text: string): Blob {
  const { path, viewBox } = draw(text)
  const [, , side] = viewBox.split(' ')
  const ground = `<rect x="${-quietZone}" y="${-quietZone}" width="${side}" height="${side}" fill="#fff"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}" shape-rendering="crispEdges">${ground}<path d="${path}"/></svg>`
  return new Blob([svg], { type: 'image/svg+xml' })
}

function draw(text: string) {
  const code = generate(text)
  const side = code.size + 2 * quietZone
  return { path: toSvgPath(code), viewBox: `${-quietZone} ${-quietZone} ${side} ${side}` }
}
