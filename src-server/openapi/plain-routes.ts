import { z } from 'zod'
import { RestoreForm } from '../contract/backups.ts'
import { api, backupFilePath, eventsPath, linkExports, trustPaths } from '../contract/index.ts'
import { LinkOpening, NewContentFile, NewFile } from '../contract/links.ts'
import type { Access, KeyScope } from '../contract/route.ts'
import { NextPath, SignIn } from '../contract/sessions.ts'
import { totpQrPath } from '../contract/two-factor.ts'
import { ssoPlainRoutes } from './sso-routes.ts'

/**
 * The calls that are not JSON both ways, as data: files, pages, streams and forms. Together with the contract's routes
 * these are all that the server answers, besides the interface's own files.
 */
export interface PlainRoute {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly id: string
  readonly summary: string
  readonly access: Access
  /** What an API key needs; left out: none opens it. */
  readonly scope?: KeyScope
  readonly query?: z.ZodObject
  /** Media type → shape of a body. */
  readonly body?: { readonly type: string; readonly schema: z.ZodType }
  readonly answers: readonly Answer[]
}

export interface Answer {
  readonly status: number
  readonly description: string
  /** Left out: no body. */
  readonly type?: string
}

export const openApiPath = '/api/v1/openapi.json'

const file: readonly Answer[] = [
  { status: 200, description: 'The whole file', type: 'application/octet-stream' },
  { status: 206, description: 'The range that was asked for', type: 'application/octet-stream' },
  { status: 304, description: 'It is what the client has' },
  { status: 416, description: 'There is no such range' },
]

export const plainRoutes: readonly PlainRoute[] = [
  {
    ...{ method: 'GET', path: '/', id: 'public.start', access: 'anyone' },
    summary: 'The web interface; with a code, the way to its link',
    query: z.object({ code: z.string().optional() }),
    answers: [
      { status: 200, description: 'The interface', type: 'text/html' },
      { status: 303, description: 'To the address of the link' },
    ],
  },
  {
    ...{ method: 'GET', path: '/:code', id: 'public.open', access: 'anyone' },
    summary: 'Opens a link; with + after the code, a page about it',
    query: z.object({ inline: z.string().optional(), raw: z.string().optional() }),
    answers: [
      { status: 302, description: 'To the address that the link leads to' },
      { status: 200, description: 'The file, the page, or what to click to open it', type: '*/*' },
      ...file.slice(1),
      {
        status: 401,
        description: 'It asks for a password: by its page, or as Authorization: Basic',
        type: 'text/html',
      },
    ],
  },
  {
    ...{ method: 'POST', path: '/:code', id: 'public.unlock', access: 'anyone' },
    summary: 'Opens a link that asks for a password or counts its visitors; its own page sends this',
    query: z.object({ inline: z.string().optional(), raw: z.string().optional() }),
    body: { type: 'application/x-www-form-urlencoded', schema: LinkOpening },
    answers: [
      { status: 303, description: 'To the link, with a cookie that opens it for an hour' },
      { status: 401, description: 'That is not its password', type: 'text/html' },
    ],
  },
  {
    ...{ method: 'GET', path: '/:code/qr.svg', id: 'public.qr', access: 'anyone' },
    summary: 'The QR code of a link',
    answers: [{ status: 200, description: 'A picture', type: 'image/svg+xml' }],
  },
  {
    ...{ method: 'GET', path: '/healthz', id: 'public.health', access: 'anyone' },
    summary: 'Whether the server answers',
    answers: [{ status: 200, description: 'It does', type: 'application/json' }],
  },
  ...ssoPlainRoutes,
  {
    ...{ method: 'GET', path: api.sessions.signIn.path, id: 'sessions.page', access: 'anyone' },
    summary: 'The page to sign in on without script',
    query: z.object({ next: NextPath.optional() }),
    answers: [
      { status: 200, description: 'The page', type: 'text/html' },
      { status: 303, description: 'To where one wants to go: one is signed in' },
    ],
  },
  {
    ...{ method: 'GET', path: totpQrPath, id: 'twoFactor.qr', access: 'user' },
    summary: 'The secret that is being set up, as a QR code',
    answers: [{ status: 200, description: 'A picture', type: 'image/svg+xml' }],
  },
  {
    ...{ method: 'GET', path: trustPaths.page, id: 'tls.trust', access: 'anyone' },
    summary: 'How a device is told to trust this server',
    answers: [{ status: 200, description: 'A page', type: 'text/html' }],
  },
  {
    ...{ method: 'GET', path: trustPaths.certificate, id: 'tls.certificate', access: 'anyone' },
    summary: 'The certificate of this installation’s own authority',
    answers: [{ status: 200, description: 'A certificate (PEM)', type: 'application/x-x509-ca-cert' }],
  },
  {
    ...{ method: 'GET', path: trustPaths.profile, id: 'tls.profile', access: 'anyone' },
    summary: 'The same as a profile for iPhones, iPads and Macs',
    answers: [{ status: 200, description: 'A profile', type: 'application/x-apple-aspen-config' }],
  },
  {
    ...{ method: 'GET', path: trustPaths.qr, id: 'tls.qr', access: 'anyone' },
    summary: 'The QR code of the page about trust',
    answers: [{ status: 200, description: 'A picture', type: 'image/svg+xml' }],
  },
  {
    ...{ method: 'GET', path: openApiPath, id: 'public.document', access: 'anyone' },
    summary: 'This document',
    answers: [{ status: 200, description: 'An OpenAPI 3.1 document', type: 'application/json' }],
  },
  {
    ...{ method: 'GET', path: eventsPath, id: 'events.listen', access: 'user', scope: 'links:read' },
    summary: 'Server-sent events: what changes, as it happens',
    answers: [{ status: 200, description: 'A stream that stays open', type: 'text/event-stream' }],
  },
  {
    ...{ method: 'GET', path: linkExports.path, id: 'links.export', access: 'user', scope: 'links:read' },
    summary: 'A list of links as text',
    query: linkExports.query,
    answers: [{ status: 200, description: 'CSV, or JSON', type: 'text/csv' }],
  },
  {
    ...{ method: 'GET', path: api.links.replaceContent.path, id: 'links.content', access: 'user', scope: 'links:read' },
    summary: 'The source of a page, or the file of a link',
    answers: file,
  },
  {
    ...{ method: 'POST', path: api.backups.list.path, id: 'backups.stream', access: 'user', scope: 'admin' },
    summary: 'Makes a backup and sends it',
    body: { type: 'application/json', schema: api.backups.store.input },
    answers: [{ status: 200, description: 'A zip', type: 'application/zip' }],
  },
  {
    ...{
      method: 'GET',
      path: decodeURIComponent(backupFilePath(':name')),
      id: 'backups.file',
      access: 'user',
      scope: 'admin',
    },
    summary: 'A backup of the backup folder, as a file',
    answers: file,
  },
]

/** A form with a file: its text fields, in any order around it. */
const withFile = (fields: z.ZodObject) => fields.extend({ file: z.file().describe('The file') })

/** What a call takes besides JSON: its id → media type and shape. */
export const otherBodies: Readonly<Record<string, { readonly type: string; readonly schema: z.ZodType }>> = {
  'sessions.signIn': { type: 'application/x-www-form-urlencoded', schema: SignIn },
  'links.create': { type: 'multipart/form-data', schema: withFile(NewFile) },
  'links.replaceContent': { type: 'multipart/form-data', schema: withFile(NewContentFile) },
  'backups.restore': { type: 'multipart/form-data', schema: withFile(RestoreForm) },
}
