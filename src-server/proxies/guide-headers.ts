/** The headers that the security guide has a proxy add (Nginx SSL Configuration). */
export const guideHeaders: readonly (readonly [name: string, value: string])[] = [
  ['X-Frame-Options', 'SAMEORIGIN'],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-XSS-Protection', '1; mode=block'],
  ['Referrer-Policy', 'strict-origin-when-cross-origin'],
]

/** Two years: the guide’s. Browsers then come by https alone, so only where they trust the certificate. */
export const hsts = ['Strict-Transport-Security', 'max-age=63072000'] as const

/** What a location of nginx must say about the visitor. One that sets any header itself inherits none of them. */
export const nginxVisitorLines: readonly string[] = [
  'proxy_set_header Host $host;',
  'proxy_set_header X-Real-IP $remote_addr;',
  'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
  'proxy_set_header X-Forwarded-Proto $scheme;',
]

export const nginxBodyLine = (megabytes: number): string =>
  `client_max_body_size ${megabytes === 0 ? '0' : `${megabytes}m`};`

/** The guide’s two for TLS 1.2, and their kin of 256 bits. */
export const ciphers = [
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
].join(':')
