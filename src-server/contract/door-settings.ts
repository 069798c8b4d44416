import { z } from 'zod'
import { choice, Folder, flag, list, number, PublicUrl, plainText, type SettingSpec, text } from './setting-kinds.ts'

/** The keys of config.toml about the door: encryption, who comes in, how fast, and by which proxies. */

/** A text that the check of an answer's header lets through: one line of plain ASCII. */
const HeaderText = plainText
  .max(4096)
  .regex(/^[\x20-\x7e]*$/, 'A header is one line of plain letters, digits and signs, without accents')

/** One address, or a network as `192.168.1.0/24`. IPv4 has four plain decimal parts: other spellings of it mislead. */
export const Network = plainText.refine(isNetwork, {
  error: 'Write an address such as "192.168.1.5", or a network such as "192.168.1.0/24"',
})

const IssuerUrl = plainText.refine(url => url === '' || isIssuer(url), {
  error: 'Write the address of the provider, beginning with https://, such as "https://login.example.com", or ""',
})

/** The guide's three (Permissions Policy), and whatever else a page could ask for that Trunk8 has no use for. */
const defaultPermissionsPolicy = [
  ...['geolocation', 'microphone', 'camera', 'accelerometer', 'autoplay', 'browsing-topics', 'display-capture'],
  ...['encrypted-media', 'gyroscope', 'magnetometer', 'midi', 'payment', 'serial', 'usb', 'xr-spatial-tracking'],
]
  .map(feature => `${feature}=()`)
  .join(', ')

export const doorSettings = {
  'passwords.require_2fa': choice(
    'off',
    { off: 'Nobody has to', admins: 'Admins', all: 'Everybody' },
    {
      section: 'sign-in',
      label: 'Second step when signing in',
      help: 'Who has to set up an app that shows codes. Until they have, nothing else is open to them.',
    },
  ),
  'access.login_allow': list(
    [],
    {
      section: 'sign-in',
      label: 'Where people may sign in from',
      help: 'Addresses and networks. Empty: from everywhere. The Trunk8 window on its own computer always can.',
      example: '192.168.1.0/24',
    },
    Network,
  ),
  'proxy.trusted': list(
    [],
    {
      section: 'proxy',
      label: 'Trusted proxies',
      help: 'Addresses of your own reverse proxies. Only what these say about visitors is believed.',
      example: '192.168.1.5',
    },
    Network.refine(network => !/\/0+$/.test(network), {
      error: 'Everybody would be believed, whatever they say of their address. Write the addresses of your proxies',
    }),
  ),
  'proxy.hops': number(
    1,
    { from: 1, to: 10, unit: '', allowed: 'Write a whole number from 1 to 10', isWhole: true },
    {
      section: 'proxy',
      label: 'Proxies in a row',
      help: 'How many of them a request passes on its way here.',
    },
  ),
  'server.content_url': text('', PublicUrl, {
    section: 'proxy',
    group: 'Shared pages',
    label: 'Address for shared pages',
    help: 'A second name of this server, such as https://u.share.example.com: HTML pages that people share are then shown there alone. Empty: they are walled off here.',
  }),
  'tls.mode': choice(
    'dual',
    {
      dual: 'Both: links open either way, signing in is encrypted',
      only: 'Encrypted only: http is sent on to https',
      off: 'Off: nothing is encrypted',
    },
    {
      section: 'encryption',
      label: 'Encryption (https)',
      help: 'With “Both”, visitors open links without a warning, and whatever carries a password goes over https.',
    },
  ),
  'tls.allow_http_login': flag(false, {
    section: 'encryption',
    label: 'Sign in without encryption',
    help: 'Lets people on the network send passwords over plain http, where others on the same network can read them.',
  }),
  'tls.cert_file': text('', Folder, {
    section: 'encryption',
    group: 'Your own certificate',
    label: 'Certificate file',
    help: 'Full path of your own certificate with its chain (PEM). Empty: Trunk8 makes one.',
  }),
  'tls.key_file': text('', Folder, {
    section: 'encryption',
    group: 'Your own certificate',
    label: 'Key file',
    help: 'Full path of that certificate’s private key (PEM).',
  }),
  'server.redirect_port': number(
    0,
    {
      from: 0,
      to: 65_535,
      unit: '',
      allowed: 'A port is a whole number between 1 and 65535; 0 means none',
      isWhole: true,
    },
    {
      section: 'encryption',
      group: 'More',
      label: 'Port that leads to https',
      help: 'A further port that answers plain http and sends browsers on. 0: none.',
    },
  ),
  'tls.http2': flag(true, {
    section: 'encryption',
    group: 'More',
    label: 'HTTP/2',
    help: 'Faster pages over https. Switch it off only for programs that stumble over it.',
  }),
  'rate_limit.enabled': flag(true, {
    section: 'limits',
    group: 'Limits',
    label: 'Limit how fast requests come',
    help: 'Whoever asks faster is told to wait. The Trunk8 window on its own computer never is.',
  }),
  'rate_limit.login_per_minute': number(
    5,
    { from: 1, to: 100_000, unit: 'a minute', allowed: 'Write 1 to 100000 a minute' },
    {
      section: 'limits',
      group: 'Limits',
      label: 'Sign-ins',
      help: 'Tries to sign in, for each address.',
    },
  ),
  'rate_limit.login_burst': number(
    5,
    { from: 0, to: 100_000, unit: 'at once', allowed: 'Write a whole number from 0 to 100000', isWhole: true },
    {
      section: 'limits',
      group: 'Limits',
      label: 'Sign-ins in a burst',
      help: 'How many more may come at once before the limit counts.',
    },
  ),
  'rate_limit.general_per_minute': number(
    100,
    { from: 1, to: 1e6, unit: 'a minute', allowed: 'Write 1 to 1000000 a minute' },
    {
      section: 'limits',
      group: 'Limits',
      label: 'Visitors',
      help: 'Requests of whoever is not signed in, for each address.',
    },
  ),
  'rate_limit.general_burst': number(
    20,
    { from: 0, to: 1e6, unit: 'at once', allowed: 'Write a whole number from 0 to 1000000', isWhole: true },
    {
      section: 'limits',
      group: 'Limits',
      label: 'Visitors in a burst',
      help: 'How many more may come at once before the limit counts.',
    },
  ),
  'rate_limit.signed_in_per_minute': number(
    1200,
    { from: 1, to: 1e6, unit: 'a minute', allowed: 'Write 1 to 1000000 a minute' },
    {
      section: 'limits',
      group: 'Limits',
      label: 'People who are signed in',
      help: 'Requests of each of them, API keys included.',
    },
  ),
  'rate_limit.signed_in_burst': number(
    200,
    { from: 0, to: 1e6, unit: 'at once', allowed: 'Write a whole number from 0 to 1000000', isWhole: true },
    {
      section: 'limits',
      group: 'Limits',
      label: 'Signed in, in a burst',
      help: 'How many more may come at once before the limit counts.',
    },
  ),
  'bans.enabled': flag(true, {
    section: 'limits',
    group: 'Bans',
    label: 'Ban addresses that guess',
    help: 'Whoever fails to sign in too often cannot reach anything here for a while.',
  }),
  'bans.max_retry': number(
    5,
    { from: 1, to: 1000, unit: 'failures', allowed: 'Write a whole number from 1 to 1000', isWhole: true },
    {
      section: 'limits',
      group: 'Bans',
      label: 'Ban after',
      help: 'Failed sign-ins of one address.',
    },
  ),
  'bans.find_seconds': number(
    600,
    { from: 1, to: 31_536_000, unit: 'seconds', allowed: 'Write 1 to 31536000 seconds' },
    {
      section: 'limits',
      group: 'Bans',
      label: 'Within',
      help: 'Older failures are forgotten. Ten minutes are 600 seconds.',
    },
  ),
  'bans.ban_seconds': number(
    3600,
    { from: 1, to: 31_536_000, unit: 'seconds', allowed: 'Write 1 to 31536000 seconds' },
    {
      section: 'limits',
      group: 'Bans',
      label: 'For',
      help: 'How long a ban lasts. An hour has 3600 seconds.',
    },
  ),
  'bans.ignore': list(
    [],
    {
      section: 'limits',
      group: 'Bans',
      label: 'Never banned',
      help: 'Addresses and networks. This computer and your trusted proxies never are.',
      example: '192.168.1.0/24',
    },
    Network,
  ),
  'headers.content_security_policy': text('', HeaderText, {
    section: 'headers',
    group: 'What you can change',
    label: 'Content-Security-Policy',
    help: 'What Trunk8’s own pages may load. Empty: the strict policy that Trunk8 comes with.',
  }),
  'headers.permissions_policy': text(defaultPermissionsPolicy, HeaderText, {
    section: 'headers',
    group: 'What you can change',
    label: 'Permissions-Policy',
    help: 'Which of a device’s means, such as camera and microphone, pages may ask for.',
  }),
  'headers.x_xss_protection': choice(
    '1; mode=block',
    { '1; mode=block': '1; mode=block, the usual', '0': '0, as newer advice has it' },
    {
      section: 'headers',
      group: 'What you can change',
      label: 'X-XSS-Protection',
      help: 'For old browsers alone; today’s ignore it.',
    },
  ),
  'oidc.issuer': text('', IssuerUrl, {
    section: 'sign-in',
    group: 'OpenID Connect settings',
    label: 'OpenID provider',
    help: 'Address of the service that people sign in at, such as https://login.example.com. Empty: none.',
  }),
  'oidc.client_id': text('', plainText.max(500), {
    section: 'sign-in',
    group: 'OpenID Connect settings',
    label: 'Client ID',
    help: 'What that service calls this Trunk8.',
  }),
  'oidc.scopes': text('openid profile email', plainText.max(500), {
    section: 'sign-in',
    group: 'OpenID Connect settings',
    label: 'Scopes',
    help: 'What Trunk8 asks to know about a person. It needs openid.',
  }),
  'oidc.auto_create': flag(false, {
    section: 'sign-in',
    group: 'OpenID Connect settings',
    label: 'New people from OpenID',
    help: 'Whoever signs in there for the first time gets an account here.',
  }),
  'oidc.allowed_domains': list([], {
    section: 'sign-in',
    group: 'OpenID Connect settings',
    label: 'E-mail domains',
    help: 'Only people with a confirmed address in one of these come in by OpenID. Empty: all.',
    example: 'example.com',
  }),
  'oidc.admin_claim': text('', plainText.max(200), {
    section: 'sign-in',
    group: 'OpenID Connect settings',
    label: 'Admins by OpenID',
    help: 'What the service says of admins, as groups=trunk8-admins. Empty: it makes nobody an admin.',
  }),
  'saml.idp_metadata_url': text('', IssuerUrl, {
    section: 'sign-in',
    group: 'SAML settings',
    label: 'SAML provider',
    help: 'Address of the provider’s metadata. Empty: none.',
  }),
  'saml.idp_cert_file': text('', Folder, {
    section: 'sign-in',
    group: 'SAML settings',
    label: 'SAML certificate',
    help: 'Full path of the certificate by which the provider’s word is believed (PEM).',
  }),
  'saml.entity_id': text('', plainText.max(500), {
    section: 'sign-in',
    group: 'SAML settings',
    label: 'Entity ID',
    help: 'What the provider calls this Trunk8. Empty: its public address.',
  }),
  'saml.auto_create': flag(false, {
    section: 'sign-in',
    group: 'SAML settings',
    label: 'New people from SAML',
    help: 'Whoever signs in there for the first time gets an account here.',
  }),
  'logging.access_log': flag(true, {
    section: 'log',
    label: 'Log of all requests',
    help: 'logs/access.log, in the form that nginx writes and fail2ban reads.',
  }),
  'logging.max_mb': number(
    10,
    { from: 0.1, to: 10_000, unit: 'MB', allowed: 'Write 0.1 to 10000 megabytes' },
    { section: 'log', label: 'Largest log', help: 'Then a new file is begun.' },
  ),
  'logging.keep': number(
    5,
    { from: 1, to: 1000, unit: 'files', allowed: 'Write a whole number from 1 to 1000', isWhole: true },
    { section: 'log', label: 'Old logs to keep', help: 'The oldest goes first.' },
  ),
} as const satisfies Readonly<Record<string, SettingSpec<z.ZodType, unknown>>>

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const isV4 = z.ipv4().safeParse(address).success
  if (more.length > 0 || !(isV4 || z.ipv6().safeParse(address).success)) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isV4 ? 32 : 128))
}

/** Plain http only within one computer: there is nobody who could listen in. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, hash } = new URL(text)
  if (username !== '' || hash !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
}
