import { z } from 'zod'

/**
 * What a page that somebody wrote in HTML may do in a visitor’s browser, the most first. None has any part of this origin:
 * no cookie, no storage, no call. `html.mode` of config.toml is the most that any page of the instance may do.
 */
export const htmlModes = ['interactive', 'isolated', 'static'] as const
export const HtmlMode = z.enum(htmlModes, { error: `Choose ${htmlModes.join(', ')}` })
export type HtmlMode = z.infer<typeof HtmlMode>

/** What a page may do that was made for `wanted` where `most` is allowed; left out: all that is allowed. */
export const withinMode = (most: HtmlMode, wanted: HtmlMode = most): HtmlMode =>
  htmlModes.indexOf(wanted) > htmlModes.indexOf(most) ? wanted : most
