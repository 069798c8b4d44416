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

/** `Ana Lindqvist` → `AL`, `Bob the "Builder"` → `BB`. */
function initials(name: string): string {
  const words = name.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [name]
  const letters = words.length > 1 ? [words[0], words.at(-1)].map(firstOf) : [...(words[0] ?? '')].slice(0, 2)
  return letters.join('').toUpperCase()
}

const firstOf = (word = '') => [...word][0]
