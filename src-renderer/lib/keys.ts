/**
 * The first word of each query's key: what an event from the server makes stale, it names by this.
 */
export const keys = {
  session: ['session'],
  sessions: ['sessions'],
  secretKey: ['secret-key'],
  links: ['links'],
  sharing: ['sharing'],
  transfers: ['transfers'],
  uploadLimits: ['upload-limits'],
  users: ['users'],
  me: ['me'],
  apiKeys: ['api-keys'],
  twoFactor: ['two-factor'],
  passkeys: ['passkeys'],
  settings: ['settings'],
  welcome: ['welcome'],
  instance: ['instance'],
  problems: ['problems'],
  sso: ['sso'],
  certificate: ['certificate'],
  proxies: ['proxies'],
  jobs: ['jobs'],
  backups: ['backups'],
  bans: ['bans'],
  headers: ['headers'],
  desktop: ['desktop'],
} as const
