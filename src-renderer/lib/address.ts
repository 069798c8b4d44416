/** Recognises what people mean when they paste or type an address. */
import { RedirectUrl } from '../../src-server/contract/links.ts'

const bareDomain = /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+(:\d+)?([/?#]\S*)?$/u

/** Text → the full address it stands for, `www.example.com` → `https://www.example.com`; `undefined` for other text. */
export function asAddress(text: string): string | undefined {
  const trimmed = text.trim()
  if (/\s/.test(trimmed)) return undefined
  if (trimmed.startsWith('www.')) return asAddress(`https://${trimmed}`)
  return RedirectUrl.safeParse(trimmed).success ? trimmed : undefined
}

/** What was typed into an address field, with the `https://` that people leave out. */
export function completeAddress(typed: string): string {
  const trimmed = typed.trim()
  return bareDomain.test(trimmed) ? `https://${trimmed}` : trimmed
}
