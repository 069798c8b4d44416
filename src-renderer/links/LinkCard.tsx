/** A link that was just shared: copy, show, open and change it on the spot. */
import { useState } from 'react'
import Dropdown from 'react-bootstrap/Dropdown'
import type { Link } from '../../src-server/contract/links.ts'
import { useIsCopied } from '../lib/clipboard.ts'
import { useNow } from '../lib/now.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { QrDialog } from '../ui/QrDialog.tsx'
import { ResultCard } from '../ui/ResultCard.tsx'
import { ExpiryMenu } from './ExpiryMenu.tsx'
import { LinkEditor } from './LinkEditor.tsx'
import styles from './link-card.module.css'
import { cardDetail, linkIcon, linkState, sharedName } from './link-words.ts'
import { OpenLink } from './OpenLink.tsx'
import { PasswordDialog, PasswordMenu } from './PasswordMenu.tsx'
import { useDeleteLink } from './queries.ts'
import { useSetLimit, VisitsMenu } from './VisitsMenu.tsx'

export function LinkCard({ link }: { link: Link }) {
  const [open, setOpen] = useState<'qr' | 'editor' | 'password'>()
  const isCopied = useIsCopied(link.shareUrl)
  const state = linkState(link, useNow())
  const close = () => setOpen(undefined)
  const isGuarded = link.protected || link.maxVisits !== undefined
  return (
    <>
      <ResultCard
        name={`/${link.code}, ${sharedName(link)}`}
        icon={linkIcon(link)}
        url={link.shareUrl}
        pill={<CardPill isCopied={isCopied} state={state} />}
        detail={<span title={sharedName(link)}>{cardDetail(link)}</span>}
        actions={<CardActions link={link} onOpen={setOpen} />}
        chips={
          <>
            <ExpiryMenu link={link} />
            <PasswordMenu link={link} addWord="Password" addClass={styles.wide} />
            {(link.type === 'file' || link.maxVisits !== undefined) && (
              <VisitsMenu link={link} addClass={styles.wide} />
            )}
            <button
              type="button"
              className={`t8-chip add ${isGuarded ? styles.wide : ''}`}
              aria-label={`Change the code of /${link.code}`}
              onClick={() => setOpen('editor')}
            >
              <Icon name="pencil" />
              Code
            </button>
          </>
        }
      />
      {open === 'qr' && <QrDialog title={sharedName(link)} url={link.shareUrl} onClose={close} />}
      {open === 'password' && <PasswordDialog link={link} onClose={close} />}
      {open === 'editor' && (
        <Dialog title={`Edit /${link.code}`} onClose={close}>
          <LinkEditor link={link} onDone={close} onCancel={close} />
        </Dialog>
      )}
    </>
  )
}

function CardPill({ isCopied, state }: { isCopied: boolean; state: ReturnType<typeof linkState> }) {
  // The chip below says so already.
  if (state.tone === 'bad') return null
  if (state.tone !== 'ok') return <span className={`t8-pill ${state.tone}`}>{state.word}</span>
  return isCopied ? <span className="t8-pill ok">Copied</span> : null
}

interface CardActionsProps {
  readonly link: Link
  readonly onOpen: (what: 'qr' | 'editor' | 'password') => void
}

function CardActions({ link, onOpen }: CardActionsProps) {
  const setLimit = useSetLimit(link)
  const remove = useDeleteLink()
  return (
    <>
      <CopyButton
        text={link.shareUrl}
        label="Copy"
        name={`Copy link /${link.code}`}
        className={`btn-s ${styles.touch}`}
      />
      <button
        type="button"
        className={`btn btn-quiet btn-s btn-icon ${styles.wide}`}
        aria-label={`Show QR code of /${link.code}`}
        title="Show QR code"
        onClick={() => onOpen('qr')}
      >
        <Icon name="qr-code" />
      </button>
      <span className={styles.wide}>
        <OpenLink link={link} className="btn btn-quiet btn-s btn-icon" name={`Open /${link.code}`}>
          <Icon name="box-arrow-up-right" />
        </OpenLink>
      </span>
      <Dropdown align="end">
        <Dropdown.Toggle
          as="button"
          bsPrefix={`btn btn-quiet btn-s btn-icon ${styles.touch} ${styles.more}`}
          aria-label={`More for /${link.code}`}
        >
          <Icon name="three-dots" />
        </Dropdown.Toggle>
        <Dropdown.Menu className="floating" popperConfig={{ strategy: 'fixed' }}>
          <Dropdown.Item as="button" type="button" className={styles.narrow} onClick={() => onOpen('qr')}>
            <Icon name="qr-code" />
            Show QR code
          </Dropdown.Item>
          <OpenLink link={link} className={`dropdown-item ${styles.narrow}`}>
            <Icon name="box-arrow-up-right" />
            Open
          </OpenLink>
          <Dropdown.Item as="button" type="button" onClick={() => onOpen('editor')}>
            <Icon name="pencil" />
            Edit
          </Dropdown.Item>
          {!link.protected && (
            <Dropdown.Item as="button" type="button" className={styles.narrow} onClick={() => onOpen('password')}>
              <Icon name="key" />
              Add password…
            </Dropdown.Item>
          )}
          {link.type === 'file' && link.maxVisits === undefined && (
            <Dropdown.Item as="button" type="button" className={styles.narrow} onClick={() => setLimit(1)}>
              <Icon name="1-circle" />
              One download
            </Dropdown.Item>
          )}
          <Dropdown.Item as="button" type="button" className="bad" onClick={() => remove.mutate(link.code)}>
            <Icon name="trash" />
            Delete
          </Dropdown.Item>
        </Dropdown.Menu>
      </Dropdown>
    </>
  )
}
