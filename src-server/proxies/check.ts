import type { ProxyCheckItem } from '../contract/proxies.ts'
import { isInNetworks } from '../http/networks.ts'
import type { Settings } from '../settings/settings.ts'
import { publicUrlOf } from './facts.ts'
import { nginxBodyLine, nginxVisitorLines } from './guide-headers.ts'
import type { Arrived, Outcome, Probes } from './probes.ts'

/** Asks the public address for this very server, and tells in words what came of it. */
interface CheckOptions {
  readonly settings: Settings
  readonly probes: Pick<Probes, 'send'>
  /** Megabytes that a proxy has to let through; 0: any. */
  readonly maxBodyMb: number
}

const megabyte = 1024 * 1024
/** What stands for a file without a limit. */
const veryLarge = 100 * 1024

/** Throws `conflict` where there is no public address. */
export async function checkPublicUrl({ settings, probes, maxBodyMb }: CheckOptions): Promise<ProxyCheckItem[]> {
  const url = publicUrlOf(settings.server.publicUrl)
  const first = await probes.send(url, { path: '/' })
  if (first.kind !== 'arrived') return [whyNotReached(url, first)]
  const reached: ProxyCheckItem = { about: 'reach', outcome: 'ok', detail: `${url.origin} leads to this Trunk8` }
  const signIn = await probes.send(url, { path: '/auth/login' })
  const announced = (maxBodyMb || veryLarge) * megabyte
  const upload = await probes.send(url, { method: 'POST', path: '/api/v1/links', announced })
  return [
    reached,
    judgeAddress(first.arrived, url, settings),
    judgeSignIn(signIn, first.arrived, settings),
    judgeUpload(upload, maxBodyMb),
  ]
}

const failures: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known to this computer',
  EAI_AGAIN: 'its name is not known to this computer',
  ECONNREFUSED: 'nothing listens there',
  ETIMEDOUT: 'no answer came',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'there is no way there',
  ENETUNREACH: 'there is no way there',
}

function whyNotReached(url: URL, outcome: Outcome): ProxyCheckItem {
  if (outcome.kind === 'failed') {
    const detail = `${url.origin} cannot be reached from here: ${failures[outcome.code] ?? outcome.code}`
    return { about: 'reach', outcome: 'bad', detail }
  }
  const status = outcome.kind === 'answered' ? ` (status ${outcome.status})` : ''
  return {
    about: 'reach',
    outcome: 'bad',
    detail: `Something answers at ${url.origin}, and it is not this Trunk8${status}`,
  }
}

function judgeAddress({ client, peer, hasForwarded }: Arrived, url: URL, { proxy }: Settings): ProxyCheckItem {
  const about = 'address'
  if (isInNetworks(peer, proxy.trusted)) {
    if (!client.isAttributed) {
      const detail = `The proxy at ${peer} does not pass on who asks, so that everybody counts as one`
      return { about, outcome: 'bad', detail, lines: nginxVisitorLines }
    }
    if (`${client.scheme}:` === url.protocol) {
      return {
        about,
        outcome: 'ok',
        detail: `The proxy at ${peer} passes on who asks: this computer is ${client.address}`,
      }
    }
    const detail = `The proxy at ${peer} says that visitors come by ${client.scheme}, and the public address is ${url.protocol.slice(0, -1)}`
    return { about, outcome: 'bad', detail, lines: nginxVisitorLines.slice(-1) }
  }
  if (hasForwarded) {
    const detail = `The proxy at ${peer} is not trusted: everybody who comes by it counts as ${peer}`
    return { about, outcome: 'bad', detail }
  }
  return { about, outcome: 'unknown', detail: `No proxy was seen: requests come straight from ${peer}` }
}

function judgeSignIn(outcome: Outcome, other: Arrived, { proxy }: Settings): ProxyCheckItem {
  const about = 'sign_in'
  if (outcome.kind !== 'arrived') {
    const status = outcome.kind === 'answered' ? ` with status ${outcome.status}` : ''
    return { about, outcome: 'unknown', detail: `The proxy keeps sign-ins from this computer to itself${status}` }
  }
  const { client, peer } = outcome.arrived
  if (isInNetworks(peer, proxy.trusted) && !client.isAttributed) {
    const detail = 'The location for /auth/login does not pass on who signs in: guessers cannot be told from others'
    return { about, outcome: 'bad', detail, lines: nginxVisitorLines }
  }
  const isSame = client.address === other.client.address
  return isSame
    ? { about, outcome: 'ok', detail: 'Sign-ins arrive as all else does' }
    : { about, outcome: 'bad', detail: `Sign-ins arrive from ${client.address}, all else from ${other.client.address}` }
}

function judgeUpload(outcome: Outcome, maxBodyMb: number): ProxyCheckItem {
  const about = 'uploads'
  const size = maxBodyMb === 0 ? 'of any size' : `of ${maxBodyMb - 1} MB, the largest that Trunk8 takes,`
  if (outcome.kind === 'answered' && outcome.status === 413) {
    const detail = `The proxy refuses files ${size} before Trunk8 sees them`
    return { about, outcome: 'bad', detail, lines: [nginxBodyLine(maxBodyMb)] }
  }
  if (outcome.kind === 'arrived' || outcome.kind === 'welcome') {
    return { about, outcome: 'ok', detail: `Files ${size} come through` }
  }
  return { about, outcome: 'unknown', detail: 'Whether large files come through could not be found out' }
}
