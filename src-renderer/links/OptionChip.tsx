/**
 * An option of a link as a chip: a click sets it, or opens its menu where it is set. It is one button all along, so that
 * the focus stays on it while what it says changes.
 */
import { Fragment, useEffect, useRef, useState } from 'react'
import Dropdown from 'react-bootstrap/Dropdown'
import { Icon } from '../ui/Icon.tsx'
import type { IconName } from '../ui/icons.ts'

export interface Choice {
  readonly word: string
  /** Takes the option away: it stands apart, at the end. */
  readonly isEnd?: boolean
  readonly choose: () => void
}

interface OptionChipProps {
  /** `add`: not set, and a click sets it. `plain`: as it is for most. */
  readonly tone: 'add' | 'plain' | 'on' | 'bad'
  readonly icon: IconName
  readonly word: string
  /** What screen readers call it; has the word in it. */
  readonly name: string
  readonly title?: string | undefined
  readonly className?: string | undefined
  readonly onAdd?: () => void
  readonly choices: readonly Choice[]
}

export function OptionChip({ tone, icon, word, name, title, className, onAdd, choices }: OptionChipProps) {
  const menu = useMenu()
  const isSet = tone !== 'add'
  return (
    <Dropdown className={className} show={isSet && menu.isOpen} onToggle={wish => menu.setIsOpen(isSet && wish)}>
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
          {choices.map(({ word, isEnd, choose }) => (
            <Fragment key={word}>
              {isEnd && <Dropdown.Divider />}
              <Dropdown.Item as="button" type="button" onClick={() => menu.choose(choose)}>
                {word}
              </Dropdown.Item>
            </Fragment>
          ))}
        </Dropdown.Menu>
      )}
    </Dropdown>
  )
}

/** What is chosen happens once the menu has closed and given the focus back: a dialog can then take it, and return it. */
function useMenu() {
  const [isOpen, setIsOpen] = useState(false)
  const chosen = useRef<() => void>(undefined)
  useEffect(() => {
    if (isOpen) return
    chosen.current?.()
    chosen.current = undefined
  }, [isOpen])
  return {
    isOpen,
    setIsOpen,
    choose(act: () => void) {
      chosen.current = act
    },
  }
}
