import type { SecureContextOptions } from 'node:tls'

/**
 * How TLS is spoken, as the guide has it: version 1.2 with forward secrecy and authenticated encryption, or 1.3. The
 * curves leave out the finite-field groups, which Node would offer too and nobody needs.
 */
export const protocol = {
  minVersion: 'TLSv1.2',
  ciphers: [
    ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
    ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ].join(':'),
  honorCipherOrder: false,
  ecdhCurve: 'X25519:P-256:P-384',
} as const satisfies SecureContextOptions

/** What is offered for the protocol within, best first. */
export const alpnProtocols = (http2: boolean): string[] => (http2 ? ['h2', 'http/1.1'] : ['http/1.1'])
