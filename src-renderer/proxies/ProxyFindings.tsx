/** What is wrong with the proxies, as the requests tell, each with what to do about it. */
import type { ProxyFinding, ProxyState } from '../../src-server/contract/proxies.ts'
import { messageOf } from '../lib/errors.ts'
import { useNow } from '../lib/now.ts'
import { Notice } from '../ui/Notice.tsx'
import { say } from '../ui/Toaster.tsx'
import { CodeLines } from './CodeLines.tsx'
import { seenWords } from './proxy-words.ts'
import { useTrustProxy } from './queries.ts'

export function ProxyFindings({ state }: { state: ProxyState }) {
  return state.findings.map(finding => (
    <Finding key={finding.kind === 'untrusted' ? finding.address : finding.kind} finding={finding} state={state} />
  ))
}

function Finding({ finding, state }: { finding: ProxyFinding; state: ProxyState }) {
  const now = useNow()
  switch (finding.kind) {
    case 'no_public_name':
      return (
        <Notice kind="warn" title="The public address is missing">
          A proxy is trusted, but nothing says by which name visitors ask for Trunk8. Until the public address is set,
          under Settings, Sharing, nothing that the proxy says is believed.
        </Notice>
      )
    case 'nameless_sign_ins':
      return (
        <Notice kind="warn" title="Your login location does not pass on who signs in">
          <p>
            {seenWords(finding, now)} Whoever guesses passwords that way cannot be told from others, so nobody is
            banned. In nginx, add these lines to the location for /auth/login:
          </p>
          <CodeLines text={finding.lines.join('\n')} name="Copy the lines" />
        </Notice>
      )
    case 'untrusted':
      return <Untrusted {...finding} state={state} />
  }
}

type UntrustedProps = Extract<ProxyFinding, { kind: 'untrusted' }> & { readonly state: ProxyState }

function Untrusted({ address, state, ...seen }: UntrustedProps) {
  const now = useNow()
  const trust = useTrustProxy(state)
  const button = (
    <button
      type="button"
      className="btn"
      disabled={trust.isPending}
      onClick={() => trust.mutate(address, { onSuccess: () => say(`${address} is trusted now`) })}
    >
      Trust {address}
    </button>
  )
  return (
    <Notice kind="warn" title={`A proxy seems to stand before Trunk8, at ${address}`} actions={button}>
      <p>
        {seenWords(seen, now)} Everybody who comes by it counts as {address}. If it is yours, trust it, and open Trunk8
        by its public address from then on, in browsers of this computer too. If this computer runs no proxy, leave it.
      </p>
      {trust.error && (
        <p className="bad" role="alert">
          {messageOf(trust.error)}
        </p>
      )}
    </Notice>
  )
}
