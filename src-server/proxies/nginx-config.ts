import type { RateLimit } from '../settings/settings.ts'
import type { ProxyFacts } from './facts.ts'
import { ciphers, guideHeaders, hsts, nginxBodyLine, nginxVisitorLines } from './guide-headers.ts'

/**
 * The guide’s configuration of nginx, so that it holds: headers stand once, for all locations together, since a location
 * that sets one of its own inherits none; and those that Trunk8 sends itself are not sent twice.
 */
export function nginxConfig(facts: ProxyFacts): string {
  const { name, upstream, maxBodyMb } = facts
  const target = `proxy_pass ${upstream.scheme}://${upstream.host}:${upstream.port};`
  return `${[
    '# Trunk8 behind nginx, made by Trunk8 from its settings.',
    '',
    ...zones(facts),
    '# Headers of the security guide, where the answer has none of its own.',
    ...headersOf(facts).map(
      ([header, value]) => `map $upstream_http_${snake(header)} ${variable(header)} { '' '${value}'; }`,
    ),
    '',
    'server {',
    ...listenLines(facts).map(indent),
    `    server_name ${name};`,
    '    # nginx would pass on other names too, and whoever uses one is nobody in particular: neither counted nor banned.',
    `    if ($host != "${name}") { return 421; }`,
    '',
    ...(facts.scheme === 'https' ? [...tlsLines(facts).map(indent), ''] : []),
    ...headersOf(facts).map(([header]) => indent(`add_header ${header} ${variable(header)} always;`)),
    '',
    '    # As large as the largest file that Trunk8 takes, and the form around it.',
    indent(nginxBodyLine(maxBodyMb)),
    '    # Files go straight through, in both directions.',
    '    proxy_request_buffering off;',
    '    proxy_max_temp_file_size 0;',
    '    proxy_read_timeout 300s;',
    '',
    '    # Here, and in no location: else that location loses them.',
    '    proxy_http_version 1.1;',
    ...visitorLines(facts).map(indent),
    ...(upstream.scheme === 'https'
      ? ["    # The certificate is Trunk8's own, and it is on this computer.", '    proxy_ssl_verify off;']
      : []),
    ...(facts.limits ? ['', '    limit_req_status 429;', indent(limitLine('general', facts.limits.rest))] : []),
    '',
    '    location = /auth/login {',
    ...(facts.limits ? [`        ${limitLine('login', facts.limits.login)}`] : []),
    `        ${target}`,
    '    }',
    '    location = /api/v1/events {',
    '        # News of what changes is passed on at once.',
    '        proxy_buffering off;',
    '        proxy_read_timeout 1h;',
    `        ${target}`,
    '    }',
    '    location / {',
    `        ${target}`,
    '    }',
    '}',
    ...redirectServer(facts),
  ].join('\n')}\n`
}

const indent = (line: string): string => `    ${line}`
const snake = (header: string): string => header.toLowerCase().replaceAll('-', '_')
const variable = (header: string): string => `$trunk8_${snake(header)}`

const headersOf = ({ scheme, isPublicName }: ProxyFacts) =>
  scheme === 'https' && isPublicName ? [hsts, ...guideHeaders] : guideHeaders

function zones({ limits }: ProxyFacts): string[] {
  if (!limits) return []
  return [
    '# So many tries to sign in, and so many other requests, from each address. nginx cannot tell who is signed in:',
    '# Trunk8 itself holds everybody else to a lower limit.',
    zoneLine('login', limits.login),
    zoneLine('general', limits.rest),
    '',
  ]
}

const zoneLine = (zone: string, { perMinute }: RateLimit): string =>
  `limit_req_zone $binary_remote_addr zone=trunk8_${zone}:10m rate=${Math.max(1, Math.round(perMinute))}r/m;`

/** nginx knows no burst of 0. */
const limitLine = (zone: string, { burst }: RateLimit): string =>
  `limit_req zone=trunk8_${zone}${burst > 0 ? ` burst=${burst} nodelay` : ''};`

function listenLines({ scheme, port, hasIpv6 }: ProxyFacts): string[] {
  const how = scheme === 'https' ? ' ssl http2' : ''
  return [`listen ${port}${how};`, ...(hasIpv6 ? [`listen [::]:${port}${how};`] : [])]
}

function tlsLines({ name, isPublicName }: ProxyFacts): string[] {
  const folder = isPublicName ? `/etc/letsencrypt/live/${name}` : '/etc/ssl/trunk8'
  return [
    ...(isPublicName ? [] : ['# Your own certificate: no public authority gives one for this name.']),
    `ssl_certificate ${folder}/fullchain.pem;`,
    `ssl_certificate_key ${folder}/privkey.pem;`,
    'ssl_protocols TLSv1.2 TLSv1.3;',
    `ssl_ciphers ${ciphers};`,
    'ssl_prefer_server_ciphers off;',
  ]
}

/** `$host` has no port. */
const visitorLines = ({ portInUrl }: ProxyFacts): readonly string[] =>
  nginxVisitorLines.map(line => line.replace('Host $host;', `Host $host${portInUrl};`))

function redirectServer(facts: ProxyFacts): string[] {
  const { scheme, port, name, hasIpv6 } = facts
  if (scheme !== 'https' || port !== 443) return []
  return [
    '',
    'server {',
    ...listenLines({ ...facts, scheme: 'http', port: 80, hasIpv6 }).map(indent),
    `    server_name ${name};`,
    '    return 301 https://$server_name$request_uri;',
    '}',
  ]
}
