/** One link in the panel: what it shares, how to hand it out and change it, who can open it, how it does. */
import { type ReactNode, useState } from 'react'
import { Link as RouteLink } from 'wouter'
import { contentPath, type Link } from '../../src-server/contract/links.ts'
import { isDesktop } from '../lib/desktop.ts'
import { messageOf } from '../lib/errors.ts'
import { formatCount, formatFact, formatMany, formatPast, formatSize } from '../lib/format.ts'
import { useNow } from '../lib/now.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Fact } from '../ui/Fact.tsx'
import { Icon } from '../ui/Icon.tsx'
import { QrCode } from '../ui/QrCode.tsx'
import { QrDialog } from '../ui/QrDialog.tsx'
import { say } from '../ui/Toaster.tsx'
import { ExpiryMenu } from './ExpiryMenu.tsx'
import { LinkPreview } from './LinkPreview.tsx'
import styles from './link-panel.module.css'
import { hasContent, htmlModeWords, kindOf, linkIcon, sharedName, whoCanOpen } from './link-words.ts'
import { OpenLink } from './OpenLink.tsx'
import { PasswordMenu } from './PasswordMenu.tsx'
import { useChangeLink } from './queries.ts'
import { VisitsMenu } from './VisitsMenu.tsx'

interface LinkDetailsProps {
  readonly link: Link
  /** Of a file that is being replaced. */
  readonly progress: ReactNode
  /** Absent while that goes on. */
  readonly onReplace: (() => void) | undefined
  readonly onEdit: () => void
  readonly onDelete: () => void
}

export function LinkDetails({ link, progress, onReplace, onEdit, onDelete }: LinkDetailsProps) {
  const [showsQr, setShowsQr] = useState(false)
  const now = useNow()
  return (
    <>
      <LinkPreview link={link} />
      <div className={styles.what}>
        <span className="t8-tile">
          <Icon name={linkIcon(link)} />
        </span>
        <div className="grow">
          <p className={`strong ${styles.name}`}>{sharedName(link)}</p>
          <p className="muted sm">
            {[link.fileSize === undefined ? kindOf(link) : formatSize(link.fileSize), sharedWhen(link, now)]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </div>
      </div>
      {link.problem && (
        <p className={`sm ${styles.problem}`}>
          <Icon name="exclamation-triangle" className="warn" />
          <span>{link.problem}</span>
        </p>
      )}
      <div className={styles.actions}>
        <CopyButton text={link.shareUrl} label="Copy link" name={`Copy link /${link.code}`} className="btn-primary" />
        <button type="button" className="btn" onClick={onEdit}>
          <Icon name="pencil" />
          Edit
        </button>
        <ChangeContent link={link} onReplace={onReplace} />
      </div>
      {progress}
      <div className={styles.reach}>
        <button
          type="button"
          className={styles.qr}
          aria-label={`Show QR code of /${link.code} larger`}
          title="Show larger"
          onClick={() => setShowsQr(true)}
        >
          <QrCode text={link.shareUrl} size="6.75rem" />
        </button>
        <div className={styles.who}>
          <h3>Who can open it</h3>
          <p className="sm">{whoCanOpen(link, now)}</p>
          <ExpiryMenu link={link} />
          <PasswordMenu link={link} addWord="Add password" />
          <VisitsMenu link={link} />
          <OpenSwitch link={link} />
        </div>
      </div>
      <Facts link={link} now={now} />
      <div className={styles.rest}>
        <OpenLink link={link} className="btn btn-quiet btn-s">
          <Icon name="box-arrow-up-right" />
          Open
        </OpenLink>
        <OpenLink link={link} className="btn btn-quiet btn-s" name={`About /${link.code}`} isAbout>
          <Icon name="info-circle" />
          About
        </OpenLink>
        {link.type === 'file' && !isDesktop && (
          <a
            className="btn btn-quiet btn-s btn-icon"
            href={contentPath(link.code)}
            download
            aria-label="Download"
            title="Download"
          >
            <Icon name="download" />
          </a>
        )}
        <span className="grow" />
        <button type="button" className="btn btn-quiet btn-s btn-danger-quiet" onClick={onDelete}>
          <Icon name="trash" />
          Delete
        </button>
      </div>
      {showsQr && <QrDialog title={sharedName(link)} url={link.shareUrl} onClose={() => setShowsQr(false)} />}
    </>
  )
}

/** What it shares, changed where it is. */
function ChangeContent({ link, onReplace }: Pick<LinkDetailsProps, 'link' | 'onReplace'>) {
  if (!hasContent(link)) return null
  if (link.type === 'markdown' || link.type === 'html') {
    return (
      <RouteLink className="btn" href={`/links/${encodeURIComponent(link.code)}/edit`}>
        Edit page
      </RouteLink>
    )
  }
  return (
    <button type="button" className="btn" disabled={!onReplace} onClick={onReplace}>
      Replace file
    </button>
  )
}

function OpenSwitch({ link }: { link: Link }) {
  const change = useChangeLink(link.code)
  const set = (enabled: boolean) =>
    change.mutate({ enabled }, { onError: error => say(messageOf(error), { isBad: true }) })
  return (
    <label className={`form-check form-switch sm ${styles.switch}`}>
      <input
        type="checkbox"
        role="switch"
        className="form-check-input"
        checked={link.enabled}
        aria-checked={link.enabled}
        onChange={event => set(event.target.checked)}
      />
      Open for visitors
    </label>
  )
}

function Facts({ link, now }: { link: Link; now: number }) {
  return (
    <dl className={styles.facts}>
      {link.url && (
        <Fact name="Goes to">
          <span className={styles.url}>{link.url}</span>
        </Fact>
      )}
      {link.title && link.originalFilename && <Fact name="File">{link.originalFilename}</Fact>}
      <Fact name="Visits">
        {link.visits === 0 ? 'None yet' : formatMany(link.visits, 'visit')}
        {link.maxVisits !== undefined && ` of ${formatCount(link.maxVisits)}`}
      </Fact>
      {link.lastVisitAt && (
        <Fact name="Last visit">
          <span title={formatFact(link.lastVisitAt)}>{formatPast(link.lastVisitAt, now)}</span>
        </Fact>
      )}
      {link.expiresAt && <Fact name="Expires">{formatFact(link.expiresAt)}</Fact>}
      {link.createdAt && <Fact name="Created">{formatFact(link.createdAt)}</Fact>}
      {link.htmlMode && <Fact name="May do">{htmlModeWords[link.htmlMode]}</Fact>}
      <Fact name="Owner">{link.owner}</Fact>
      {link.mimeType && <Fact name="Type">{link.mimeType}</Fact>}
      {link.sha256 && (
        <Fact name="SHA-256">
          <span className={`mono xs ${styles.hash}`}>{link.sha256}</span>
        </Fact>
      )}
    </dl>
  )
}

const sharedWhen = (link: Link, now: number): string =>
  link.createdAt ? `shared ${formatPast(link.createdAt, now)}` : ''
