/** A drawing that goes with words; never the only thing that says something, so it is hidden from screen readers. */
import { type IconName, icons } from './icons.ts'

export function Icon({ name, className = '' }: { name: IconName; className?: string }) {
  return (
    <svg className={`t8-icon ${className}`} viewBox="0 0 16 16" aria-hidden="true">
      {icons[name].map(({ d, evenOdd }) => (
        <path key={d} d={d} fillRule={evenOdd ? 'evenodd' : undefined} />
      ))}
    </svg>
  )
}
