/** The text of a page, to be changed where it is: visitors see the old one until the new one is saved. */
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import type { HtmlMode } from '../../src-server/contract/html-mode.ts'
import { type Link, PageType } from '../../src-server/contract/links.ts'
import { fieldErrorsOf, messageOf } from '../lib/errors.ts'
import { PageState } from '../ui/PageState.tsx'
import { say } from '../ui/Toaster.tsx'
import { PageEditor } from './editor/PageEditor.tsx'
import { HtmlModeField } from './HtmlModeField.tsx'
import { sharedName } from './link-words.ts'
import { MakeRedirect } from './MakeRedirect.tsx'
import { onSaveKey } from './NewLinkPage.tsx'
import styles from './new-link.module.css'
import { linkQueries, useChangeLink, useReplaceContent } from './queries.ts'
import { useUnsaved } from './use-unsaved.tsx'

interface EditPageProps {
  readonly code: string
  readonly corner: ReactNode
}

export function EditPage({ code, corner }: EditPageProps) {
  const link = useQuery(linkQueries.one(code))
  const source = useQuery(linkQueries.source(code))
  useEffect(() => {
    document.title = `Edit /${code} – Trunk8`
  }, [code])
  const error = link.error ?? source.error
  if (error) {
    return (
      <PageState title={`/${code} could not be opened`} isError>
        {messageOf(error)}
      </PageState>
    )
  }
  if (!link.data || source.data === undefined) return <PageState title={`Opening /${code}…`} />
  return <Editor key={code} link={link.data} source={source.data} corner={corner} />
}

/** Changed at once: it is the link’s, and not a part of the text. */
function ModeOf({ link }: { link: Link }) {
  const change = useChangeLink(link.code)
  const set = (mode: HtmlMode | undefined) =>
    change.mutate(
      { htmlMode: mode ?? null },
      {
        onSuccess: () => say(`/${link.code} is shown that way from now on`),
        onError: error => say(messageOf(error), { isBad: true }),
      },
    )
  return <HtmlModeField value={link.htmlMode} onChange={set} />
}

function Editor({ link, source, corner }: { link: Link; source: string; corner: ReactNode }) {
  const [, navigate] = useLocation()
  const [saved, setSaved] = useState(source)
  const [content, setContent] = useState(source)
  const [type, setType] = useState(PageType.catch('markdown').parse(link.type))
  const [isRedirecting, setIsRedirecting] = useState(false)
  const replace = useReplaceContent(link.code)
  const { question, release } = useUnsaved(content !== saved)
  const errors = fieldErrorsOf(replace.error)
  const home = `/links/${encodeURIComponent(link.code)}`

  function save() {
    replace.mutate(
      { type, content },
      {
        onSuccess() {
          setSaved(content)
          say(`/${link.code} saved`)
        },
      },
    )
  }
  return (
    <form
      noValidate
      aria-label={`Edit the page of /${link.code}`}
      className={`${styles.screen} ${styles.wide}`}
      onSubmit={event => {
        event.preventDefault()
        save()
      }}
      onKeyDown={onSaveKey(save)}
    >
      <header className={styles.head}>
        <h1>
          Edit <span className="t8-code">{link.code}</span>
        </h1>
        <span className="muted cut grow">{sharedName(link)}</span>
        {corner}
      </header>
      {type === 'html' && link.type === 'html' && <ModeOf link={link} />}
      <PageEditor
        type={type}
        htmlMode={link.htmlMode}
        content={content}
        title={link.title ?? ''}
        error={errors.content}
        onChange={setContent}
        onFile={(text, kind) => {
          setContent(text)
          setType(kind)
        }}
      />
      {errors[''] && (
        <p className="bad sm" role="alert">
          {errors['']}
        </p>
      )}
      <div className={styles.buttons}>
        <button type="button" className="btn btn-quiet btn-l me-auto" onClick={() => setIsRedirecting(true)}>
          Make it a redirect…
        </button>
        <button type="button" className="btn btn-l" onClick={() => navigate(home)}>
          {content === saved ? 'Done' : 'Cancel'}
        </button>
        <button type="submit" className="btn btn-primary btn-l" disabled={replace.isPending} title="Ctrl+S">
          Save page
        </button>
      </div>
      {isRedirecting && (
        <MakeRedirect
          link={link}
          onClose={() => setIsRedirecting(false)}
          onDone={() => {
            release()
            navigate(home)
          }}
        />
      )}
      {question}
    </form>
  )
}
