/** Makes a link of any kind: to an address, to a file, or to a page that is written here. */
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import type { Link } from '../../src-server/contract/links.ts'
import { copyAndSay } from '../ui/CopyButton.tsx'
import { PageEditor } from './editor/PageEditor.tsx'
import { FileField } from './FileField.tsx'
import { HtmlModeField } from './HtmlModeField.tsx'
import { KindChoice } from './KindChoice.tsx'
import { LinkFields } from './LinkFields.tsx'
import { openingOf } from './link-words.ts'
import styles from './new-link.module.css'
import { RedirectField } from './RedirectField.tsx'
import { SendingBar } from './SendingBar.tsx'
import { isNewKind, type NewKind, useNewLink } from './use-new-link.ts'
import { useUnsaved } from './use-unsaved.tsx'

interface NewLinkPageProps {
  /** The name of who makes the link, where it may become somebody else's. */
  readonly chooser: string | undefined
  /** What a phone shows at the top right of every screen. */
  readonly corner: ReactNode
}

export function NewLinkPage({ chooser, corner }: NewLinkPageProps) {
  const [kind, setKind] = useKind()
  const [, navigate] = useLocation()
  const form = useNewLink(kind)
  const { draft, set, errors } = form
  const { question, release } = useUnsaved(form.isUnsaved)
  const isPage = kind === 'markdown' || kind === 'html'

  async function make() {
    const link: Link | undefined = await form.make()
    if (!link) return
    release()
    void copyAndSay(link.shareUrl)
    navigate(`/links/${encodeURIComponent(link.code)}`)
  }
  useEffect(() => {
    document.title = 'New link – Trunk8'
  }, [])
  return (
    <form
      noValidate
      aria-label="New link"
      className={`${styles.screen} ${isPage ? styles.wide : ''}`}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void make()
      }}
      onKeyDown={onSaveKey(() => void make())}
    >
      <header className={styles.head}>
        <h1>New link</h1>
        <span className="grow" />
        {corner}
      </header>
      <KindChoice kind={kind} onChange={setKind} />
      {kind === 'redirect' && <RedirectField value={draft.url} error={errors.url} onChange={url => set({ url })} />}
      {kind === 'file' && <FileField file={draft.file} error={errors.file} onChange={file => set({ file })} />}
      <LinkFields draft={draft} errors={errors} chooser={chooser} opening={openingOf({ type: kind })} onChange={set} />
      {kind === 'html' && (
        <HtmlModeField value={draft.htmlMode} error={errors.htmlMode} onChange={htmlMode => set({ htmlMode })} />
      )}
      {isPage && (
        <PageEditor
          htmlMode={draft.htmlMode}
          type={kind}
          content={draft.content}
          title={draft.title}
          error={errors.content}
          onChange={content => set({ content })}
          onFile={(content, type) => {
            setKind(type)
            set({ content })
          }}
        />
      )}
      {form.sending && <SendingBar sending={form.sending} onStop={form.stop} />}
      {errors[''] && (
        <p className="bad sm" role="alert">
          {errors['']}
        </p>
      )}
      <div className={styles.buttons}>
        <button type="button" className="btn btn-l" onClick={() => navigate('/links')}>
          Cancel
        </button>
        <button type="submit" className="btn btn-primary btn-l" disabled={form.isMaking} title="Ctrl+S">
          Make link
        </button>
      </div>
      {question}
    </form>
  )
}

/** Ctrl+S or ⌘S, wherever the focus is. */
export const onSaveKey = (save: () => void) => (event: KeyboardEvent) => {
  if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return
  event.preventDefault()
  // Not from a dialog, whose events come up here though it lies elsewhere.
  if (event.target instanceof Node && event.currentTarget.contains(event.target)) save()
}

/** Kept in the address, so that each kind has a way to come straight to it. */
function useKind(): [NewKind, (kind: NewKind) => void] {
  const [params, setParams] = useSearchParams()
  const given = params.get('kind') ?? ''
  const set = (kind: NewKind) => setParams(kind === 'redirect' ? {} : { kind }, { replace: true })
  return [isNewKind(given) ? given : 'redirect', set]
}
