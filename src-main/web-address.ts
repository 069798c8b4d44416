import { AppError } from '../src-server/contract/index.ts'

/**
 * An address that may be handed to the system's browser, in its plain form. Every other kind would start another program
 * (Electron's security checklist, item 15). Throws `not_allowed` for those, and for what is no address at all.
 */
export function toWebAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new AppError('not_allowed', 'Only web addresses can be opened')
  }
  return url.href
}
