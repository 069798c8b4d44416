/** One link as a row of the table; on a phone, as a line of two with a large copy button. */
import { type MouseEvent, memo } from 'react'
import type { Link } from '../../src-server/contract/links.ts'
import { cutMiddle, formatCount, formatExact, formatPast, formatSize } from '../lib/format.ts'
import { CopyButton, copyAndSay } from '../ui/CopyButton.tsx'
import { Icon } from '../ui/Icon.tsx'
import styles from './link-table.module.css'
import { expires, kindOf, linkIcon, sharedName } from './link-words.ts'

/** Longer names are cut in their middle; shorter ones fit or are cut at their end by the column. */
const longestName = 64

interface LinkRowProps {
  readonly link: Link
  readonly position: number
  /** Pixels below the table's head. */
  readonly top: number
  readonly now: number
  readonly isActive: boolean
  /** Shown in the side panel. */
  readonly isOpen: boolean
  readonly isChosen: boolean
  /** Some are chosen: then a tap on a phone chooses as well. */
  readonly isChoosing: boolean
  readonly showsOwner: boolean
  readonly onOpen: (code: string) => void
  readonly onActive: (link: Link, position: number) => void
  readonly onChoose: (event: MouseEvent | undefined, link: Link, position: number) => void
}

export const LinkRow = memo(function LinkRow(props: LinkRowProps) {
  const { link, position, top, isActive, isOpen, isChosen, isChoosing, onOpen, onActive, onChoose } = props
  function handleClick(event: MouseEvent) {
    const isTouch = 'pointerType' in event.nativeEvent && event.nativeEvent.pointerType === 'touch'
    if (event.shiftKey || event.ctrlKey || event.metaKey || (isTouch && isChoosing)) onChoose(event, link, position)
    else onOpen(link.code)
  }
  /** What a finger that stays does; a mouse's second button keeps its menu. */
  function handleLongPress(event: MouseEvent) {
    const isTouch = 'pointerType' in event.nativeEvent && event.nativeEvent.pointerType === 'touch'
    if (!isTouch) return
    event.preventDefault()
    onChoose(undefined, link, position)
  }
  return (
    <tr
      aria-rowindex={position + 2}
      aria-selected={isChosen}
      aria-current={isOpen ? 'true' : undefined}
      tabIndex={isActive ? 0 : -1}
      data-code={link.code}
      style={{ transform: `translateY(${top}px)` }}
      className={`${styles.row} ${isOpen ? styles.open : ''} ${isChosen ? styles.chosen : ''}`}
      onClick={handleClick}
      onContextMenu={handleLongPress}
      onMouseDown={event => event.shiftKey && event.preventDefault()}
      onFocus={() => onActive(link, position)}
    >
      <ChooseBox {...props} />
      <Cells {...props} />
    </tr>
  )
})

/** Where a link will be that is still on its way. */
export function WaitingRow({ position, top }: { position: number; top: number }) {
  return (
    <tr
      aria-rowindex={position + 2}
      tabIndex={-1}
      style={{ transform: `translateY(${top}px)` }}
      className={`${styles.row} ${styles.waiting}`}
    >
      <td className={styles.box} />
      <td className={styles.icon} />
      <td className={styles.code}>
        <span className="visually-hidden">Loading</span>
        <span className="t8-bone grow" />
      </td>
      <td className={styles.shares}>
        <span className="t8-bone" />
      </td>
    </tr>
  )
}

function ChooseBox({ link, position, isChosen, isActive, onChoose }: LinkRowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the box itself answers keys; this only makes it easier to hit
    <td
      className={styles.box}
      onClick={event => {
        event.stopPropagation()
        onChoose(event, link, position)
      }}
    >
      <input
        type="checkbox"
        className="form-check-input"
        aria-label={`Choose /${link.code}`}
        tabIndex={isActive ? 0 : -1}
        checked={isChosen}
        readOnly
      />
    </td>
  )
}

function Cells({ link, now, isActive, showsOwner }: LinkRowProps) {
  const name = sharedName(link)
  const expiry = expires(link, now)
  function copyCode(event: MouseEvent) {
    if (event.shiftKey || event.ctrlKey || event.metaKey) return
    event.stopPropagation()
    void copyAndSay(link.shareUrl)
  }
  return (
    <>
      <td className={styles.icon} title={kindOf(link)}>
        <Icon name={linkIcon(link)} />
        <span className="visually-hidden">{kindOf(link)}</span>
      </td>
      <td className={styles.code}>
        <button
          type="button"
          className={`t8-code ${styles.codeButton}`}
          tabIndex={-1}
          title="Copy link"
          onClick={copyCode}
        >
          {link.code}
        </button>
        {link.problem && (
          <span title={link.problem} className={styles.mark}>
            <Icon name="exclamation-triangle" className="warn" />
            <span className="visually-hidden">Has a problem</span>
          </span>
        )}
        <CopyButton
          text={link.shareUrl}
          name={`Copy link /${link.code}`}
          className={`btn-quiet btn-s btn-icon ${styles.copy}`}
          tabIndex={isActive ? 0 : -1}
        />
      </td>
      <td className={styles.shares} title={name}>
        <span className="cut">{cutMiddle(name, longestName)}</span>
        {link.protected && (
          <span title="Asks for a password" className={styles.mark}>
            <Icon name="key" />
            <span className="visually-hidden">Asks for a password</span>
          </span>
        )}
      </td>
      <td className={`num ${styles.size}`}>{link.fileSize !== undefined && formatSize(link.fileSize)}</td>
      <td className={styles.owner}>{showsOwner && link.owner}</td>
      <td className={styles.created} title={link.createdAt && formatExact(link.createdAt)}>
        {link.createdAt && formatPast(link.createdAt, now)}
      </td>
      <td className={`num ${styles.visits}`}>
        {formatCount(link.visits)}
        <span className={styles.phoneOnly}>{link.visits === 1 ? ' visit' : ' visits'}</span>
      </td>
      <td className={`${styles.expires} ${expiry.tone}`} title={link.expiresAt && formatExact(link.expiresAt)}>
        <span className={styles.deskOnly}>{expiry.word}</span>
        <span className={styles.phoneOnly}>{expiry.phrase}</span>
      </td>
    </>
  )
}
