import { type Html, html, renderPage } from '../http/pages.ts'

/** The pages before a link: one field for its password, or one button where each opening counts. They work without script. */
export interface GatePage {
  readonly code: string
  /** Where the form goes. */
  readonly action: string
  /** Name of the instance. */
  readonly instance: string
  /** Whose link it is. */
  readonly by: string | undefined
  /** Openings that are left; undefined: any number. */
  readonly left: number | undefined
}

/** Tells nothing of what is behind it. `isWrong`: something else was typed just now. */
export function renderPasswordPage({ isWrong, ...page }: GatePage & { readonly isWrong: boolean }): string {
  const { code, action, instance, by, left } = page
  return renderPage({
    name: instance,
    heading: 'This link asks for a password',
    lead: `To open /${code}, ask ${by ?? 'whoever sent you the link'} for it.`,
    icon: lock,
    body: html`<form class="gate" method="post" action="${action}">
<label for="password">Password</label>
<input id="password" name="password" type="password" required autofocus autocomplete="off"${isWrong && wrongField}>
${isWrong && html`<p class="wrong" id="wrong" role="alert">That’s not it. Try again.</p>`}
<button class="button">Open</button>
</form>
${left !== undefined && html`<p class="muted note">${leftWords(left)}</p>`}`,
  })
}

const wrongField = html` aria-invalid="true" aria-describedby="wrong"`

interface LimitedPage extends GatePage {
  readonly heading: string
  readonly isDownload: boolean
}

/** For a link without a password that opens only so many times. */
export function renderLimitedPage({ heading, isDownload, action, instance, by, left }: LimitedPage): string {
  return renderPage({
    name: instance,
    heading,
    lead: by === undefined ? 'Shared with you.' : `From ${by}.`,
    icon: counted,
    body: html`<form class="gate" method="post" action="${action}">
<button class="button">${isDownload ? 'Download' : 'Open'}</button>
</form>
<p class="muted note">${leftWords(left ?? 1)}</p>`,
  })
}

const leftWords = (left: number): string =>
  left === 1
    ? 'It opens once more, then it is used up.'
    : `It opens ${left.toLocaleString('en')} more times, then it is used up.`

const drawing = (path: Html) => html`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">${path}</svg>`
const lock = drawing(html`<path d="M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3"/>`)
const counted = drawing(html`<path d="M4 8V6h16v2a4 4 0 0 0 0 8v2H4v-2a4 4 0 0 0 0-8zM14 6v2M14 11v2M14 16v2"/>`)
