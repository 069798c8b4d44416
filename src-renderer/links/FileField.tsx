/** The file of a new link, chosen or dropped. */
import { type DragEvent, useRef, useState } from 'react'
import { formatSize } from '../lib/format.ts'
import { useIsNarrow } from '../lib/media.ts'
import { fileIcon } from '../ui/file-icon.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './new-link.module.css'

interface FileFieldProps {
  readonly file: File | undefined
  readonly error?: string | undefined
  readonly onChange: (file: File | undefined) => void
}

export function FileField({ file, error, onChange }: FileFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const isPhone = useIsNarrow(600)
  const [isOver, setIsOver] = useState(false)
  function drop(event: DragEvent) {
    event.preventDefault()
    setIsOver(false)
    onChange(event.dataTransfer.files[0] ?? file)
  }
  return (
    <div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way beside the button within */}
      <div
        className={`t8-drop ${styles.file} ${isOver ? 'over' : ''}`}
        data-takes-files
        onDragOver={event => {
          event.preventDefault()
          setIsOver(true)
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
      >
        <div className={styles.fileInner}>
          {file ? (
            <p className={styles.chosen}>
              <Icon name={fileIcon(file.name, file.type)} />
              <span className="strong">{file.name}</span>
              <span className="muted num">{formatSize(file.size)}</span>
            </p>
          ) : (
            !isPhone && <p className="muted sm">Drop one file here, or</p>
          )}
          <button type="button" className="btn" onClick={() => input.current?.click()}>
            {file ? 'Choose another…' : 'Choose a file…'}
          </button>
        </div>
      </div>
      {error && (
        <p className="bad xs" role="alert">
          {error}
        </p>
      )}
      <input
        ref={input}
        type="file"
        hidden
        aria-label="File"
        onChange={({ target }) => {
          onChange(target.files?.[0] ?? file)
          target.value = ''
        }}
      />
    </div>
  )
}
