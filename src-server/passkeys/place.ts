import { AppError } from '../contract/errors.ts'
import { isAddress } from '../http/host-names.ts'

/** Where a browser is, as far as passkeys are concerned. */
export interface Place {
  readonly origin: string
  /** The name that passkeys made there belong to (RP ID). */
  readonly host: string
}

/**
 * An `Origin`, known to be one of ours → the place. Browsers have passkeys only where nobody in between can meddle, and
 * only for names: at `localhost`, or over https at a name that is no address. Throws `not_allowed` elsewhere.
 */
export function placeOf(origin: string): Place {
  if (!URL.canParse(origin)) throw nowhere()
  const { protocol, hostname } = new URL(origin)
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost')
  if (!isLocal && (protocol !== 'https:' || isAddress(hostname))) throw nowhere()
  return { origin, host: hostname }
}

const nowhere = () =>
  new AppError('not_allowed', 'Passkeys work only over https at a name, or at localhost. Open Trunk8 there')
