/** Brings a list of links in: shows what would happen before anything does. */
import { type ChangeEvent, useRef, useState } from 'react'
import type { LinkListOutcome } from '../../src-server/contract/links.ts'
import { messageOf } from '../lib/errors.ts'
import { formatCount, formatMany, withoutScheme } from '../lib/format.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { say } from '../ui/Toaster.tsx'
import styles from './import-dialog.module.css'
import { useImportList } from './queries.ts'

interface Chosen {
  readonly name: string
  readonly format: 'csv' | 'json'
  readonly text: string
}

/** More rows say nothing that these do not. */
const mostShown = 200

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [chosen, setChosen] = useState<Chosen>()
  const list = useImportList()
  const outcome = list.variables?.dryRun ? list.data : undefined

  async function look(file: File) {
    const format = file.name.toLowerCase().endsWith('.json') ? 'json' : 'csv'
    const text = await file.text()
    setChosen({ name: file.name, format, text })
    list.mutate({ format, text, dryRun: true })
  }
  function bringIn() {
    if (!chosen) return
    const { format, text } = chosen
    list.mutate(
      { format, text, dryRun: false },
      {
        onSuccess({ created, skipped }) {
          onClose()
          const rest = skipped.length > 0 ? `, ${formatCount(skipped.length)} left out` : ''
          say(`${formatMany(created.length, 'link')} brought in${rest}`)
        },
      },
    )
  }
  const count = outcome?.created.length ?? 0
  const buttons = outcome && (
    <>
      <FileButton onFile={file => void look(file)} word="Choose another…" className="btn btn-quiet me-auto" />
      <button type="button" className="btn btn-primary" disabled={count === 0 || list.isPending} onClick={bringIn}>
        {count === 0 ? 'Nothing to import' : `Import ${formatMany(count, 'link')}`}
      </button>
    </>
  )
  return (
    <Dialog title="Import list" onClose={onClose} buttons={buttons}>
      {!outcome && (
        <div className={`t8-drop ${styles.choose}`}>
          <div>
            <p className="muted sm">
              A CSV or JSON list that Trunk8 exported, or a table of your own with the columns code, url and title.
              Redirects are made; nothing that you have is changed.
            </p>
            <FileButton onFile={file => void look(file)} word="Choose a list…" className="btn btn-primary" />
          </div>
        </div>
      )}
      {chosen && list.isPending && (
        <p className="muted sm" role="status">
          Looking through {chosen.name}…
        </p>
      )}
      {list.isError && (
        <p className="bad sm" role="alert">
          {messageOf(list.error)}
        </p>
      )}
      {outcome && <Forecast name={chosen?.name ?? ''} outcome={outcome} />}
    </Dialog>
  )
}

function FileButton({ word, className, onFile }: { word: string; className: string; onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null)
  function take({ target }: ChangeEvent<HTMLInputElement>) {
    const [file] = target.files ?? []
    if (file) onFile(file)
    target.value = ''
  }
  return (
    <>
      <button type="button" className={className} onClick={() => input.current?.click()}>
        {word}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.json,text/csv,application/json"
        aria-label={word}
        onChange={take}
      />
    </>
  )
}

function Forecast({ name, outcome: { created, skipped } }: { name: string; outcome: LinkListOutcome }) {
  return (
    <>
      <p className="sm">
        <span className="strong">{name}</span>: {formatMany(created.length, 'link')} to make
        {skipped.length > 0 && `, ${formatCount(skipped.length)} left out`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className={styles.room} tabIndex={0} aria-label="What will happen">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Code</th>
              <th scope="col">What happens</th>
            </tr>
          </thead>
          <tbody>
            {skipped.slice(0, mostShown).map(({ line, code, reason }) => (
              <tr key={`${line} ${code}`}>
                <td>{code ? <span className="t8-code">{code}</span> : `Line ${formatCount(line)}`}</td>
                <td>
                  <Icon name="x-circle" className="warn" /> Left out: {reason}
                </td>
              </tr>
            ))}
            {created.slice(0, mostShown).map(({ code, url }) => (
              <tr key={code}>
                <td className="t8-code">{code}</td>
                <td>
                  <Icon name="check-lg" className="ok" /> Goes to {withoutScheme(url)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {created.length > mostShown && (
        <p className="muted xs">And {formatMany(created.length - mostShown, 'more link')}, made the same way.</p>
      )}
    </>
  )
}
