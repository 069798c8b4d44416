/** A proxy's configuration, written from the settings: choose the program, take it along. */
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { type ProxyConfig, ProxyProgram } from '../../src-server/contract/proxies.ts'
import { messageOf } from '../lib/errors.ts'
import { saveBlob } from '../lib/save-file.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Icon } from '../ui/Icon.tsx'
import { CodeLines } from './CodeLines.tsx'
import styles from './proxies.module.css'
import { programNames } from './proxy-words.ts'
import { proxyQueries } from './queries.ts'

export function ProxyConfigs({ publicUrl }: { publicUrl: string }) {
  const id = useId()
  const [program, setProgram] = useState<ProxyProgram>('nginx')
  return (
    <section className={`t8-card ${styles.card}`} aria-labelledby="proxy-set-up">
      <div className={styles.head}>
        <h3 id="proxy-set-up">Set up a proxy</h3>
        <span>
          <label className="off-screen" htmlFor={id}>
            Program
          </label>
          <select
            id={id}
            className="form-select"
            value={program}
            disabled={publicUrl === ''}
            onChange={event => setProgram(ProxyProgram.parse(event.target.value))}
          >
            {ProxyProgram.options.map(option => (
              <option key={option} value={option}>
                {programNames[option]}
              </option>
            ))}
          </select>
        </span>
      </div>
      {publicUrl === '' ? (
        <p className="muted">
          With a proxy before it, Trunk8 has a name of its own on the internet or the network. Set that name as the
          public address first, under Settings, Sharing; then the configuration stands here.
        </p>
      ) : (
        <Config program={program} />
      )}
    </section>
  )
}

function Config({ program }: { program: ProxyProgram }) {
  const { data, error } = useQuery(proxyQueries.config(program))
  if (error && !data) {
    return (
      <p className="bad sm" role="alert">
        {messageOf(error)}
      </p>
    )
  }
  if (!data) return <span className="t8-bone" role="status" aria-label="Loading the configuration" />
  return <Written config={data} />
}

function Written({ config: { program, file, text, commands } }: { config: ProxyConfig }) {
  const fileName = file.split('/').at(-1) ?? file
  return (
    <>
      <p>
        Written from your settings: name, port, largest file and limits. Save it as <span className="mono">{file}</span>
        , then run the commands below.
      </p>
      <textarea
        className={`form-control w-100 ${styles.tall}`}
        readOnly
        spellCheck={false}
        aria-label={`Configuration of ${programNames[program]}`}
        value={text}
      />
      <div className={styles.foot}>
        <CopyButton
          text={text}
          label="Copy"
          name="Copy the configuration"
          what="The configuration"
          className="btn-primary"
        />
        <button
          type="button"
          className="btn"
          onClick={() => saveBlob(new Blob([text], { type: 'application/octet-stream' }), fileName)}
        >
          <Icon name="download" />
          Download
        </button>
      </div>
      <CodeLines text={commands.join('\n')} name="Copy the commands" />
    </>
  )
}
