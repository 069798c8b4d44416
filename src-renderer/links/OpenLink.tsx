/** Opens a link as a visitor would: in this browser, or from the desktop in the person's own. */
import type { ReactNode } from 'react'
import type { Link } from '../../src-server/contract/links.ts'
import { ask, isDesktop } from '../lib/desktop.ts'
import { messageOf } from '../lib/errors.ts'
import { say } from '../ui/Toaster.tsx'

interface OpenLinkProps {
  readonly link: Link
  readonly className: string
  readonly name?: string
  /** The page that tells about the link, instead of what it shares. */
  readonly isAbout?: boolean
  readonly children: ReactNode
}

export function OpenLink({ link, className, name, isAbout = false, children }: OpenLinkProps) {
  if (!isDesktop) {
    // Relative: whatever address this page was reached on reaches the link as well.
    const href = `/${encodeURIComponent(link.code)}${isAbout ? '+' : link.type === 'file' ? '?inline=1' : ''}`
    return (
      <a className={className} href={href} target="_blank" rel="noopener noreferrer" aria-label={name} title={name}>
        {children}
      </a>
    )
  }
  const open = () =>
    ask('openLink', { code: link.code, isAbout }).catch(error => say(messageOf(error), { isBad: true }))
  return (
    <button type="button" className={className} aria-label={name} title={name} onClick={() => void open()}>
      {children}
    </button>
  )
}
