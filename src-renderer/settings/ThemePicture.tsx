/** A theme as a small picture: a page in its own colours and corners. Says nothing to who cannot see it. */
import { themeColours } from 'virtual:theme-colours'

export function ThemePicture({ theme, className }: { theme: string; className: string | undefined }) {
  const colours = Object.hasOwn(themeColours, theme) ? themeColours[theme] : undefined
  if (!colours) return null
  const { page, text, line, primary, success, warning, danger, radius } = colours
  // The picture is a third of the size that corners are made for.
  const corner = Math.min(radius / 2.5, 4)
  return (
    <svg viewBox="0 0 96 60" className={className} aria-hidden="true">
      <rect width="96" height="60" fill={page} />
      <rect width="96" height="13" fill={primary} />
      <rect x="8" y="5" width="20" height="3" rx="1.5" fill="#fff" opacity="0.9" />
      <rect x="8" y="20" width="34" height="4" rx="2" fill={text} />
      <rect x="8" y="28" width="50" height="2.5" rx="1.25" fill={text} opacity="0.45" />
      <rect x="8" y="33" width="44" height="2.5" rx="1.25" fill={text} opacity="0.45" />
      <rect x="66" y="19" width="22" height="17" rx={corner} fill="none" stroke={line} />
      <rect x="8" y="43" width="22" height="9" rx={corner} fill={primary} />
      {[success, warning, danger].map((colour, index) => (
        <rect key={colour} x={36 + index * 13} y="43" width="9" height="9" rx={corner} fill={colour} />
      ))}
    </svg>
  )
}
