import type { ProxyFacts } from './facts.ts'
import { guideHeaders, hsts } from './guide-headers.ts'

/**
 * Caddy passes on name, address and scheme by itself, drops what visitors claim about them, and cares for certificates;
 * it cannot limit how fast requests come, which Trunk8 does.
 */
export function caddyConfig(facts: ProxyFacts): string {
  const { scheme, name, portInUrl, isPublicName, upstream, maxBodyMb } = facts
  const headers = scheme === 'https' && isPublicName ? [hsts, ...guideHeaders] : guideHeaders
  const target = `${upstream.scheme === 'https' ? 'https://' : ''}${upstream.host}:${upstream.port}`
  return `${[
    '# Trunk8 behind Caddy, made by Trunk8 from its settings.',
    `${scheme}://${name}${portInUrl} {`,
    ...(scheme === 'https' && !isPublicName
      ? ['\t# No public authority gives a certificate for this name: Caddy makes one of its own.', '\ttls internal']
      : []),
    ...(maxBodyMb > 0
      ? [
          '\t# As large as the largest file that Trunk8 takes, and the form around it.',
          '\trequest_body {',
          `\t\tmax_size ${maxBodyMb}MiB`,
          '\t}',
        ]
      : []),
    '\t# Headers of the security guide, where the answer has none of its own.',
    ...headers.map(([header, value]) => `\theader ?${header} "${value}"`),
    ...(upstream.scheme === 'https' ? trustingProxy(target) : [`\treverse_proxy ${target}`]),
    '}',
  ].join('\n')}\n`
}

const trustingProxy = (target: string): string[] => [
  `\treverse_proxy ${target} {`,
  '\t\ttransport http {',
  '\t\t\t# The certificate is Trunk8’s own, and it is on this computer.',
  '\t\t\ttls_insecure_skip_verify',
  '\t\t}',
  '\t}',
]
