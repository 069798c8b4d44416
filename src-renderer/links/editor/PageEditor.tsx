/** The text of a page beside what becomes of it; on a small screen, above it. A file that is dropped here fills it. */
import { type DragEvent, useState } from 'react'
import type { HtmlMode } from '../../../src-server/contract/html-mode.ts'
import type { PageType } from '../../../src-server/contract/links.ts'
import { say } from '../../ui/Toaster.tsx'
import styles from './editor.module.css'
import { PagePreview } from './PagePreview.tsx'
import { TextEditor } from './TextEditor.tsx'

interface PageEditorProps {
  readonly type: PageType
  readonly content: string
  readonly title: string
  /** What an HTML page may do, if less than all that is allowed. */
  readonly htmlMode: HtmlMode | undefined
  readonly error?: string | undefined
  readonly onChange: (content: string) => void
  /** A file was dropped: its text, and what kind of page it is by its name. */
  readonly onFile: (text: string, type: PageType) => void
}

export function PageEditor({ type, content, title, htmlMode, error, onChange, onFile }: PageEditorProps) {
  const [isOver, setIsOver] = useState(false)
  async function take(event: DragEvent) {
    event.preventDefault()
    setIsOver(false)
    const [file] = event.dataTransfer.files
    if (!file) return
    const fitting = pageTypeOf(file.name)
    if (fitting) onFile(await file.text(), fitting)
    else say('Only Markdown, text and HTML files can be dropped here', { isBad: true })
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way to fill the field within
    <div
      className={`${styles.split} ${isOver ? styles.over : ''}`}
      data-takes-files
      onDragOver={event => {
        event.preventDefault()
        setIsOver(event.dataTransfer.types.includes('Files'))
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={event => void take(event)}
    >
      <TextEditor type={type} value={content} error={error} onChange={onChange} />
      <div className={styles.view}>
        <div className={styles.viewHead}>
          <h2 className={styles.label}>Preview</h2>
        </div>
        <PagePreview type={type} content={content} title={title} htmlMode={htmlMode} />
        <p className={`muted xs ${styles.note}`}>As visitors see it</p>
      </div>
    </div>
  )
}

/** What kind of page a file of this name is; `undefined` where it is none. */
export function pageTypeOf(name: string): PageType | undefined {
  if (/\.(md|markdown|txt)$/i.test(name)) return 'markdown'
  return /\.html?$/i.test(name) ? 'html' : undefined
}
