/** A person as two letters in a circle. */
interface AvatarProps {
  readonly name: string
  readonly isLarge?: boolean
  readonly className?: string
}

/** The name always stands beside it, so it is nothing to who cannot see it. */
export function Avatar({ name, isLarge = false, className = '' }: AvatarProps) {
  return (
    <span className={`t8-tile plain round t8-avatar ${isLarge ? '' : 'sm'} ${className}`} aria-hidden="true">
      {initials(name)}
    </span>
  )
}

/** `Ana Lindqvist` → `AL`. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = words.length > 1 ? [words[0], words.at(-1)].map(word => [...(word ?? '')][0]) : [...name].slice(0, 2)
  return letters.join('').toUpperCase()
}
