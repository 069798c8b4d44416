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
  readonly now: number
  readonly isActive: boolean
  readonly isSelected: boolean
  readonly showsOwner: boolean
  readonly onOpen: (code: string) => void
  readonly onActive: (code: string) => void
}

export const LinkRow = memo(function LinkRow(props: LinkRowProps) {
  const { link, position, now, isActive, isSelected, showsOwner, onOpen, onActive } = props
  const name = sharedName(link)
  const expiry = expires(link, now)
  const tabIndex = isActive ? 0 : -1
  function copyCode(event: MouseEvent) {
    event.stopPropagation()
    void copyAndSay(link.shareUrl)
  }
  return (
    <tr
      aria-rowindex={position + 2}
      aria-selected={isSelected}
      tabIndex={tabIndex}
      data-code={link.code}
      className={`${styles.row} ${isSelected ? styles.selected : ''}`}
      onClick={() => onOpen(link.code)}
      onFocus={() => onActive(link.code)}
    >
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
        {link.protected && <Icon name="lock" className={styles.mark} />}
        <CopyButton
          text={link.shareUrl}
          name={`Copy link /${link.code}`}
          className={`btn-quiet btn-s btn-icon ${styles.copy}`}
          tabIndex={tabIndex}
        />
      </td>
      <td className={styles.shares} title={name}>
        {cutMiddle(name, longestName)}
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
    </tr>
  )
})
