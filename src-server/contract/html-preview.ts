import { HtmlMode } from './html-mode.ts'

/**
 * The frame in which the editor shows an HTML page while it is typed: a page of the interface with a policy of its own.
 * It has an origin that nobody shares, no cookie and no word with the server, and shows what the page around it hands in,
 * by the mode that its address names.
 */
export const htmlPreview = {
  path: '/static/html-preview.html',
  urlOf: (mode: HtmlMode) => `/static/html-preview.html?mode=${mode}`,
  /** `mode`: as its address has it. */
  policyOf: (mode: unknown) => `${policies[HtmlMode.catch('static').parse(mode)]}; frame-ancestors 'self'`,
} as const

/** Its own script shows the page; in the static mode in a frame within, where none runs. */
const policies: Readonly<Record<HtmlMode, string>> = {
  interactive: 'sandbox allow-scripts allow-modals',
  isolated:
    "sandbox allow-scripts allow-modals; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; " +
    "img-src data: blob:; media-src data: blob:; font-src data:; form-action 'none'; base-uri 'none'",
  static:
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: https: http:; " +
    "form-action 'none'; base-uri 'none'",
}
