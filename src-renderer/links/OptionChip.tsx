/**
 * An option of a link as a chip: a click sets it; once it is set, a click opens its menu. It is one button all along, so
 * that the focus stays on it while what it says changes.
 */
import { type ReactNode, useState } from 'react'
import Dropdown from 'react-bootstrap/Dropdown'
import { Icon } from '../ui/Icon.tsx'
import type { IconName } from '../ui/icons.ts'

interface OptionChipProps {
  /** `add`: not set. */
  readonly tone: 'add' | 'on' | 'bad'
  readonly icon: IconName
  readonly word: string
  /** What screen readers call it; has the word in it. */
  readonly name: string
  readonly title?: string | undefined
  readonly className?: string | undefined
  readonly onAdd: () => void
  /** The menu's items. */
  readonly children: ReactNode
}

export function OptionChip({ tone, icon, word, name, title, className, onAdd, children }: OptionChipProps) {
  const [isOpen, setIsOpen] = useState(false)
  const isSet = tone !== 'add'
  return (
    <Dropdown className={className} show={isSet && isOpen} onToggle={wish => setIsOpen(isSet && wish)}>
      <Dropdown.Toggle
        as="button"
        type="button"
        bsPrefix={`t8-chip ${tone}`}
        aria-label={name}
        title={title}
        {...(!isSet && { 'aria-expanded': undefined, onClick: onAdd })}
      >
        <Icon name={icon} />
        {word}
        {isSet && <Icon name="chevron-down" className="chevron" />}
      </Dropdown.Toggle>
      {isSet && (
        <Dropdown.Menu className="floating" popperConfig={{ strategy: 'fixed' }} renderOnMount={false}>
          {children}
        </Dropdown.Menu>
      )}
    </Dropdown>
  )
}
