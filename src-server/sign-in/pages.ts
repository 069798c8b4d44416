import { api } from '../contract/index.ts'
import { html, renderPage } from '../http/pages.ts'

/** Signing in without script: a page for each of the two steps, both sent to the one address. */
interface SignInPage {
  /** Name of the instance. */
  readonly instance: string
  /** Why the last try did not do, as a sentence. */
  readonly problem?: string
  /** Where to go on to. */
  readonly next?: string | undefined
}

const action = api.sessions.signIn.path

export function renderSignInPage({ instance, problem, next }: SignInPage): string {
  return renderPage({
    name: instance,
    heading: 'Sign in to Trunk8',
    lead: 'To share files and links with everyone on this network.',
    icon: door,
    body: html`<form class="gate" method="post" action="${action}">
<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false">
<p class="muted note">Leave it empty if you are the admin</p>
<label for="password">Password</label>
<input id="password" name="password" type="password" required autofocus autocomplete="current-password"${problem !== undefined && wrongField}>
${wrong(problem)}
${next !== undefined && html`<input type="hidden" name="next" value="${next}">`}
<label class="tick"><input type="checkbox" name="remember" value="1"> Keep me signed in on this device</label>
<button class="button">Sign in</button>
</form>`,
  })
}

export function renderCodePage({ instance, problem }: SignInPage): string {
  return renderPage({
    name: instance,
    heading: 'Enter your code',
    lead: 'Your authenticator app shows six digits. A recovery code works as well.',
    icon: door,
    body: html`<form class="gate" method="post" action="${action}">
<label for="otp">Code</label>
<input id="otp" name="otp" required autofocus autocomplete="one-time-code" autocapitalize="none" spellcheck="false"${problem !== undefined && wrongField}>
${wrong(problem)}
<button class="button">Sign in</button>
</form>
<a class="button plain" href="${action}">Begin again</a>`,
  })
}

const wrongField = html` aria-invalid="true" aria-describedby="wrong"`
const wrong = (problem: string | undefined) =>
  problem !== undefined && html`<p class="wrong" id="wrong" role="alert">${problem}.</p>`

const door = html`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3"/></svg>`
