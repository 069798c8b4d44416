/** One link beside the table: hand it out, see how it does, change it, delete it. */
import { useQuery } from '@tanstack/react-query'
import { type DragEvent, useEffect, useRef, useState } from 'react'
import type { Link } from '../../src-server/contract/links.ts'
import { messageOf } from '../lib/errors.ts'
import { useNow } from '../lib/now.ts'
import { Icon } from '../ui/Icon.tsx'
import { PageState } from '../ui/PageState.tsx'
import { LinkDetails } from './LinkDetails.tsx'
import { LinkEditor } from './LinkEditor.tsx'
import styles from './link-panel.module.css'
import { hasContent, linkState } from './link-words.ts'
import { linkQueries } from './queries.ts'
import { useReplaceFile } from './ReplaceFile.tsx'

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
  const [isOver, setIsOver] = useState(false)
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    if (isCover) panel.current?.focus()
  }, [isCover])
  const isEditing = editing === code
  const stopEditing = () => setEditing(undefined)
  const replacing = useReplaceFile(link.data)
  const mayReplace = link.data !== undefined && hasContent(link.data) && !isEditing
  return (
    <aside
      ref={panel}
      className={`${styles.panel} ${isOver ? styles.over : ''}`}
      aria-label={`Link /${code}`}
      tabIndex={-1}
      {...(mayReplace && {
        'data-takes-files': '',
        onDragOver: (event: DragEvent) => {
          event.preventDefault()
          setIsOver(event.dataTransfer.types.includes('Files'))
        },
        onDragLeave: () => setIsOver(false),
        onDrop: (event: DragEvent) => {
          setIsOver(false)
          replacing.drop(event)
        },
      })}
    >
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
        <LinkDetails
          link={link.data}
          progress={replacing.progress}
          onReplace={replacing.isSending ? undefined : replacing.choose}
          onEdit={() => setEditing(code)}
          onDelete={() => onDelete(code)}
        />
      )}
      {replacing.rest}
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
