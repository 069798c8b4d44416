/** One link beside the table: hand it out, see how it does, change it, delete it. */
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Link } from '../../src-server/contract/links.ts'
import { isDesktop } from '../lib/desktop.ts'
import { messageOf } from '../lib/errors.ts'
import { formatFact, formatMany, formatPast, formatSize } from '../lib/format.ts'
import { useNow } from '../lib/now.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Icon } from '../ui/Icon.tsx'
import { PageState } from '../ui/PageState.tsx'
import { QrCode } from '../ui/QrCode.tsx'
import { QrDialog } from '../ui/QrDialog.tsx'
import { ExpiryMenu } from './ExpiryMenu.tsx'
import { LinkEditor } from './LinkEditor.tsx'
import styles from './link-panel.module.css'
import { kindOf, linkIcon, linkState, sharedName } from './link-words.ts'
import { OpenLink } from './OpenLink.tsx'
import { linkQueries } from './queries.ts'

interface LinkPanelProps {
  readonly code: string
  /** As the list knows it, until the server has said more. */
  readonly known: Link | undefined
  /** Covers the list, and so takes the focus. */
  readonly isCover: boolean
  readonly onClose: () => void
  readonly onDelete: (code: string) => void
  readonly onRenamed: (code: string) => void
}

export function LinkPanel({ code, known, isCover, onClose, onDelete, onRenamed }: LinkPanelProps) {
  const link = useQuery({ ...linkQueries.one(code), placeholderData: known })
  const [editing, setEditing] = useState<string>()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    if (isCover) panel.current?.focus()
  }, [isCover])
  const isEditing = editing === code
  const stopEditing = () => setEditing(undefined)
  return (
    <aside ref={panel} className={styles.panel} aria-label={`Link /${code}`} tabIndex={-1}>
      <Head code={code} link={link.data} onClose={onClose} />
      {link.isError && !link.data && (
        <PageState title={`There’s no link called /${code}`} isError>
          {messageOf(link.error)}
        </PageState>
      )}
      {link.data && isEditing && (
        <LinkEditor
          key={code}
          link={link.data}
          onCancel={stopEditing}
          onDone={changed => {
            stopEditing()
            if (changed.code !== code) onRenamed(changed.code)
          }}
        />
      )}
      {link.data && !isEditing && (
        <Details link={link.data} onEdit={() => setEditing(code)} onDelete={() => onDelete(code)} />
      )}
    </aside>
  )
}

function Head({ code, link, onClose }: { code: string; link: Link | undefined; onClose: () => void }) {
  const now = useNow()
  const state = link && linkState(link, now)
  return (
    <div className={styles.head}>
      <h2 className={`t8-code cut ${styles.code}`}>{code}</h2>
      {state && <span className={`t8-pill ${state.tone}`}>{state.word}</span>}
      <span className="grow" />
      <button
        type="button"
        className="btn btn-quiet btn-s btn-icon"
        aria-label="Close"
        title="Close (Esc)"
        onClick={onClose}
      >
        <Icon name="x-lg" />
      </button>
    </div>
  )
}

function Details({ link, onEdit, onDelete }: { link: Link; onEdit: () => void; onDelete: () => void }) {
  const [showsQr, setShowsQr] = useState(false)
  const now = useNow()
  return (
    <>
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
      <div className={styles.actions}>
        <CopyButton text={link.shareUrl} label="Copy link" name={`Copy link /${link.code}`} className="btn-primary" />
        <button type="button" className="btn" onClick={onEdit}>
          <Icon name="pencil" />
          Edit
        </button>
      </div>
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
          <p className="sm">Anyone on this network</p>
          <ExpiryMenu link={link} />
        </div>
      </div>
      <Facts link={link} now={now} />
      <div className={styles.rest}>
        <OpenLink link={link} className="btn btn-quiet btn-s">
          <Icon name="box-arrow-up-right" />
          Open
        </OpenLink>
        {link.type === 'file' && !isDesktop && (
          <a className="btn btn-quiet btn-s" href={`/${encodeURIComponent(link.code)}`} download>
            <Icon name="download" />
            Download
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
        {link.maxVisits !== undefined && ` of ${link.maxVisits}`}
      </Fact>
      {link.lastVisitAt && (
        <Fact name="Last visit">
          <span title={formatFact(link.lastVisitAt)}>{formatPast(link.lastVisitAt, now)}</span>
        </Fact>
      )}
      {link.expiresAt && <Fact name="Expires">{formatFact(link.expiresAt)}</Fact>}
      {link.createdAt && <Fact name="Created">{formatFact(link.createdAt)}</Fact>}
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

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

const sharedWhen = (link: Link, now: number): string =>
  link.createdAt ? `shared ${formatPast(link.createdAt, now)}` : ''
