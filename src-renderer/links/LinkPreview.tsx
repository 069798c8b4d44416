/** A glance at what a link shares, where a browser can show it: nothing here counts as a visit, and nothing runs as ours. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { contentPath, type Link, PageType } from '../../src-server/contract/links.ts'
import { isDesktop } from '../lib/desktop.ts'
import { PagePreview } from './editor/PagePreview.tsx'
import styles from './link-preview.module.css'
import { previewKind } from './link-words.ts'
import { linkQueries } from './queries.ts'

export function LinkPreview({ link }: { link: Link }) {
  // Another file under the same code is another picture.
  const version = `${link.updatedAt ?? ''} ${link.sha256 ?? ''} ${link.fileSize ?? ''}`
  return <Shown key={version} link={link} version={version} />
}

function Shown({ link, version }: { link: Link; version: string }) {
  const [isBroken, setIsBroken] = useState(false)
  const kind = previewKind(link)
  const src = `${contentPath(link.code)}?inline=1&of=${encodeURIComponent(version)}`
  const giveUp = () => setIsBroken(true)
  if (isBroken) return null
  switch (kind) {
    case 'image':
      return <img className={styles.picture} src={src} alt="" onError={giveUp} />
    case 'video':
      // biome-ignore lint/a11y/useMediaCaption: nobody knows what is said in it
      return <video className={styles.picture} src={src} controls preload="metadata" onError={giveUp} />
    case 'audio':
      // biome-ignore lint/a11y/useMediaCaption: nobody knows what is said in it
      return <audio className={styles.sound} src={src} controls preload="metadata" onError={giveUp} />
    case 'pdf':
      return !isDesktop && navigator.pdfViewerEnabled && <PdfDocument code={link.code} version={version} src={src} />
    case 'text':
      return <TextBeginning code={link.code} version={version} />
    case 'page':
      return <PageGlance link={link} />
    case undefined:
      return null
  }
}

function PdfDocument({ code, version, src }: { code: string; version: string; src: string }) {
  const { data: isThere } = useQuery(linkQueries.hasBytes(code, version))
  return isThere && <iframe className={styles.document} title="Preview" src={`${src}#toolbar=0`} />
}

function TextBeginning({ code, version }: { code: string; version: string }) {
  const { data: text } = useQuery(linkQueries.beginning(code, version))
  if (!text) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className={styles.text} tabIndex={0} aria-label="Beginning of the text">
      <pre className="mono">{text}</pre>
    </section>
  )
}

/** The page as visitors see it, half as large. */
function PageGlance({ link }: { link: Link }) {
  const { data: source } = useQuery(linkQueries.source(link.code))
  const type = PageType.safeParse(link.type)
  if (source === undefined || !type.success) return null
  return (
    <div className={styles.glance} inert>
      <div className={styles.half}>
        <PagePreview type={type.data} content={source} title={link.title ?? ''} htmlMode={link.htmlMode} />
      </div>
    </div>
  )
}
