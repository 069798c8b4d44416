/** A QR code as inline SVG, black on white with its quiet zone in every theme. */
import { generate } from 'lean-qr'
import { toSvgPath } from 'lean-qr/extras/svg'
import { useMemo } from 'react'

const quietZone = 2

export function QrCode({ text, size }: { text: string; size: string }) {
  const { modules, path } = useMemo(() => {
    const code = generate(text)
    return { modules: code.size, path: toSvgPath(code) }
  }, [text])
  const side = modules + 2 * quietZone
  return (
    <svg
      className="t8-qr"
      style={{ width: size, height: size }}
      role="img"
      aria-label={`QR code for ${text}`}
      viewBox={`${-quietZone} ${-quietZone} ${side} ${side}`}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  )
}
