/**
 * The frame in which the editor shows an HTML page while it is typed: a page of the interface with a policy of its own.
 * It has an origin that nobody shares, no cookie and no word with the server, and shows what the page around it hands in.
 */
export const htmlPreview = {
  path: '/static/html-preview.html',
  policy: "sandbox allow-scripts allow-modals; frame-ancestors 'self'",
} as const
