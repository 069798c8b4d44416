import { links } from './links.ts'
import { sessions } from './sessions.ts'
import { sharing } from './sharing.ts'
import { transfers, uploads } from './transfers.ts'

export * from './errors.ts'
export * from './events.ts'
export * from './links.ts'
export * from './route.ts'
export * from './sessions.ts'
export * from './sharing.ts'
export * from './transfers.ts'

/** Every JSON call there is. Server, clients, tests and the API document are derived from this object. */
export const api = { links, sessions, sharing, transfers, uploads }
