/**
 * A large field for the text of a page. Tab indents; after Esc it leads on, as everywhere. For Markdown there are buttons
 * and keys that put the marks in; the browser's own undo takes them out again.
 */
import { type KeyboardEvent, useId, useRef } from 'react'
import type { PageType } from '../../../src-server/contract/links.ts'
import { Icon } from '../../ui/Icon.tsx'
import styles from './editor.module.css'
import { type Edit, indent, type Selected } from './markdown-edits.ts'
import { type MarkdownTool, markdownTools, toolFor } from './markdown-tools.ts'

interface TextEditorProps {
  readonly type: PageType
  readonly value: string
  readonly error?: string | undefined
  readonly onChange: (value: string) => void
}

export function TextEditor({ type, value, error, onChange }: TextEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const mayLeave = useRef(false)
  const noteId = useId()
  const name = type === 'markdown' ? 'Markdown text' : 'HTML text'

  function handleKey(event: KeyboardEvent<HTMLTextAreaElement>) {
    const tool = type === 'markdown' ? toolFor(event) : undefined
    if (tool) apply(event.currentTarget, tool.edit)
    else if (event.key === 'Tab' && !event.shiftKey && !mayLeave.current) apply(event.currentTarget, indent)
    else {
      mayLeave.current = event.key === 'Escape'
      return
    }
    event.preventDefault()
  }
  return (
    <div className={styles.text}>
      {type === 'markdown' ? (
        <Toolbar onUse={tool => area.current && apply(area.current, tool.edit)} />
      ) : (
        <div className={styles.viewHead}>
          <span className={styles.label}>HTML</span>
        </div>
      )}
      <textarea
        ref={area}
        className={`mono ${styles.area} ${error ? styles.invalid : ''}`}
        aria-label={name}
        aria-describedby={noteId}
        aria-invalid={error ? true : undefined}
        spellCheck={type === 'markdown'}
        autoCapitalize="none"
        value={value}
        onChange={event => onChange(event.target.value)}
        onKeyDown={handleKey}
        onBlur={() => {
          mayLeave.current = false
        }}
      />
      <p id={noteId} className={`xs ${styles.note} ${error ? 'bad' : 'muted'}`}>
        {error ?? (
          <>
            <kbd>Tab</kbd> indents. <kbd>Esc</kbd>, then <kbd>Tab</kbd>, leads on.
          </>
        )}
      </p>
    </div>
  )
}

function Toolbar({ onUse }: { onUse: (tool: MarkdownTool) => void }) {
  return (
    <div className={styles.tools} role="toolbar" aria-label="Formatting">
      {markdownTools.map(tool => (
        <button
          type="button"
          key={tool.name}
          className="btn btn-quiet btn-s btn-icon"
          aria-label={tool.name}
          aria-keyshortcuts={tool.keys.replace('Ctrl', 'Control')}
          title={`${tool.name} (${tool.keys})`}
          onClick={() => onUse(tool)}
        >
          <Icon name={tool.icon} />
        </button>
      ))}
    </div>
  )
}

function apply(area: HTMLTextAreaElement, edit: (selected: Selected) => Edit): void {
  const { value, selectionStart, selectionEnd } = area
  const { from, to, insert, start, end } = edit({ value, start: selectionStart, end: selectionEnd })
  area.focus()
  area.setSelectionRange(from, to)
  // The one way to change a text that the browser's own undo knows of.
  if (!document.execCommand('insertText', false, insert)) {
    area.setRangeText(insert, from, to)
    area.dispatchEvent(new Event('input', { bubbles: true }))
  }
  area.setSelectionRange(start, end)
}
