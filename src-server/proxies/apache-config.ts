import type { ProxyFacts } from './facts.ts'
import { ciphers, guideHeaders, hsts } from './guide-headers.ts'

/**
 * Apache’s mod_proxy adds the visitor’s address to the list by itself; the name has to be kept, the scheme said. It cannot
 * limit how fast requests come, which Trunk8 does.
 */
export function apacheConfig(facts: ProxyFacts): string {
  const { scheme, port, name, isPublicName, upstream, maxBodyMb } = facts
  const headers = scheme === 'https' && isPublicName ? [hsts, ...guideHeaders] : guideHeaders
  const isUsualPort = port === (scheme === 'https' ? 443 : 80)
  return `${[
    '# Trunk8 behind Apache, made by Trunk8 from its settings.',
    ...(isUsualPort ? [] : [`Listen ${port}`]),
    `<VirtualHost *:${port}>`,
    `    ServerName ${name}`,
    ...(scheme === 'https' ? tlsLines(facts) : []),
    '',
    '    # Headers of the security guide, where the answer has none of its own.',
    ...headers.map(([header, value]) => `    Header always set ${header} "${value}" "expr=-z resp('${header}')"`),
    '',
    maxBodyMb > 0
      ? '    # As large as the largest file that Trunk8 takes, and the form around it; in bytes.'
      : '    # A request may be as large as it likes.',
    `    LimitRequestBody ${maxBodyMb * 1024 * 1024}`,
    '',
    '    # Apache would take //auth/login for /auth/login, and write it down in a way that no filter finds.',
    '    <If "%{THE_REQUEST} =~ m#^\\S+ //#">',
    '        Require all denied',
    '    </If>',
    '    # It would pass on other names too, and whoever uses one is nobody in particular: neither counted nor banned.',
    `    <If "%{HTTP_HOST} !~ m#^${name.replaceAll(/[.[\]]/g, '\\$&')}\\.?(:\\d+)?$#i">`,
    '        Require all denied',
    '    </If>',
    '    AllowEncodedSlashes NoDecode',
    '    ProxyRequests Off',
    '    ProxyPreserveHost On',
    '    ProxyTimeout 300',
    `    RequestHeader set X-Forwarded-Proto "${scheme}"`,
    ...(upstream.scheme === 'https' ? upstreamTlsLines : []),
    `    ProxyPass "/" "${upstream.scheme}://${upstream.host}:${upstream.port}/" nocanon`,
    '</VirtualHost>',
    ...(scheme === 'https' && isUsualPort ? redirectHost(name) : []),
  ].join('\n')}\n`
}

function tlsLines({ name, isPublicName }: ProxyFacts): string[] {
  const folder = isPublicName ? `/etc/letsencrypt/live/${name}` : '/etc/ssl/trunk8'
  return [
    '    Protocols h2 http/1.1',
    '    SSLEngine on',
    ...(isPublicName ? [] : ['    # Your own certificate: no public authority gives one for this name.']),
    `    SSLCertificateFile ${folder}/fullchain.pem`,
    `    SSLCertificateKeyFile ${folder}/privkey.pem`,
    '    SSLProtocol -all +TLSv1.2 +TLSv1.3',
    `    SSLCipherSuite ${ciphers}`,
    '    SSLHonorCipherOrder off',
  ]
}

const upstreamTlsLines: readonly string[] = [
  "    # The certificate is Trunk8's own, and it is on this computer.",
  '    SSLProxyEngine on',
  '    SSLProxyVerify none',
  '    SSLProxyCheckPeerName off',
]

const redirectHost = (name: string): string[] => [
  '',
  '<VirtualHost *:80>',
  `    ServerName ${name}`,
  `    Redirect permanent "/" "https://${name}/"`,
  '</VirtualHost>',
]
