/** A page as visitors will see it, shut off from ours: Markdown without any script, HTML with script but no way out. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { type HtmlMode, withinMode } from '../../../src-server/contract/html-mode.ts'
import { htmlPreview } from '../../../src-server/contract/html-preview.ts'
import type { PageType } from '../../../src-server/contract/links.ts'
import { messageOf } from '../../lib/errors.ts'
import { trustPage } from '../../lib/trusted-page.ts'
import { useMostAllowed } from '../HtmlModeField.tsx'
import { linkQueries } from '../queries.ts'
import styles from './editor.module.css'

interface PagePreviewProps {
  readonly type: PageType
  readonly content: string
  readonly title: string
  readonly htmlMode: HtmlMode | undefined
}

const typingPause = 300

export function PagePreview({ type, content, title, htmlMode }: PagePreviewProps) {
  const later = useLater(content)
  const mode = withinMode(useMostAllowed(), htmlMode)
  if (type === 'markdown') return <MarkdownPreview content={later} title={title} />
  // Another mode is another policy: the frame begins anew.
  return <HtmlPreview key={mode} content={later} mode={mode} />
}

function MarkdownPreview({ content, title }: { content: string; title: string }) {
  const preview = useQuery({ ...linkQueries.preview(content, title), placeholderData: previous => previous })
  return (
    <>
      {preview.isError && (
        <p className={`bad sm ${styles.trouble}`} role="alert">
          {messageOf(preview.error)}
        </p>
      )}
      <MarkdownFrame page={preview.data?.page ?? ''} />
    </>
  )
}

/** Its origin is ours, so that we can keep its place; it has no script, so nothing in it can make use of that. */
function MarkdownFrame({ page }: { page: string }) {
  const frame = useRef<HTMLIFrameElement>(null)
  const place = useRef(0)
  useEffect(() => {
    if (!frame.current) return
    place.current = frame.current.contentWindow?.scrollY ?? 0
    frame.current.srcdoc = trustPage(page)
  }, [page])
  return (
    <iframe
      ref={frame}
      className={styles.frame}
      title="Preview"
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      onLoad={() => frame.current?.contentWindow?.scrollTo(0, place.current)}
    />
  )
}

/** Its own page has its own policy, under which the text is written into it: there its scripts and styles work. */
function HtmlPreview({ content, mode }: { content: string; mode: HtmlMode }) {
  const frame = useRef<HTMLIFrameElement>(null)
  const sent = useRef<string>(undefined)
  const [isReady, setIsReady] = useState(false)
  useEffect(() => {
    if (!isReady || sent.current === content) return
    sent.current = content
    // Its origin is nobody's, and has no name.
    frame.current?.contentWindow?.postMessage({ html: content }, '*')
  }, [isReady, content])
  return (
    <iframe
      ref={frame}
      className={styles.frame}
      title="Preview"
      sandbox="allow-scripts allow-modals"
      src={htmlPreview.urlOf(mode)}
      onLoad={() => setIsReady(true)}
    />
  )
}

/** A text, some time after it was last changed. */
function useLater(text: string): string {
  const [later, setLater] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setLater(text), typingPause)
    return () => clearTimeout(timer)
  }, [text])
  return later
}
