import { apiKeyHeader } from '../contract/api-keys.ts'
import { errorStatus, Problem } from '../contract/errors.ts'
import { api } from '../contract/index.ts'
import { type Access, type KeyScope, type Route, scopeOf } from '../contract/route.ts'
import { actAsHeader } from '../contract/sessions.ts'
import { createJsonSchemas, type JsonSchema, type JsonSchemas } from './json-schemas.ts'
import { otherBodies, type PlainRoute, plainRoutes } from './plain-routes.ts'
import { summaryOf } from './summaries.ts'

/**
 * The OpenAPI 3.1 document: every call of the contract, and the plain ones, made from the schemas that check them.
 */
interface DocumentOptions {
  readonly version: string
  /** Of this instance's session cookie. */
  readonly cookieName: string
}

type Operation = Readonly<Record<string, unknown>>

interface Listed {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

export function buildDocument({ version, cookieName }: DocumentOptions): JsonSchema {
  const schemas = createJsonSchemas()
  const calls = Object.entries(api).flatMap(([feature, routes]) =>
    Object.entries(routes).map(([name, route]: [string, Route]) => ofContract(`${feature}.${name}`, route, schemas)),
  )
  const listed = [...calls, ...plainRoutes.map(route => ofPlain(route, schemas))]
  schemas.answered(Problem)
  return {
    openapi: '3.1.0',
    info: { title: 'Trunk8', version, description },
    paths: inPaths(listed),
    components: { schemas: schemas.named, securitySchemes: securitySchemes(cookieName) },
  }
}

const description = [
  'A self-hosted link shortener and file host.',
  'Every refusal is application/problem+json (RFC 9457) with a stable `code`.',
  'What is for the desktop app alone comes in by its own socket, with a token.',
].join(' ')

function ofContract(id: string, route: Route, schemas: JsonSchemas): Listed {
  const { method, path, access, input, output, status = 200 } = route
  const sent = schemas.sent(input)
  const parameters = pathNames(path)
  const answered = schemas.answered(output)
  const isEmpty = output.def.type === 'void'
  const operation = {
    ...opening(id, summaryOf(id), access),
    parameters: [
      ...parameters.map(name => parameter('path', name, propertyOf(sent, name))),
      ...(method === 'GET' ? queryParameters(sent, parameters) : []),
      ...actAs(access),
    ],
    ...(method !== 'GET' && bodyOf(id, withoutKeys(sent, parameters), schemas)),
    security: securityOf(method, access, scopeOf(route)),
    responses: {
      [isEmpty ? 204 : status]: isEmpty
        ? { description: 'Done' }
        : { description: 'The answer', content: { 'application/json': { schema: answered } } },
      ...refusals(access),
    },
  }
  return { method, path, operation }
}

function ofPlain(route: PlainRoute, schemas: JsonSchemas): Listed {
  const { method, path, id, summary, access, scope = 'never', query, body, answers } = route
  const operation = {
    ...opening(id, summary, access),
    parameters: [
      ...pathNames(path).map(name => parameter('path', name, { type: 'string' })),
      ...(query ? queryParameters(schemas.sent(query), []) : []),
      ...actAs(access),
    ],
    ...(body && { requestBody: { content: { [body.type]: { schema: schemas.sent(body.schema) } } } }),
    security: securityOf(method, access, scope),
    responses: {
      ...Object.fromEntries(
        answers.map(({ status, description, type }) => [
          status,
          { description, ...(type && { content: { [type]: {} } }) },
        ]),
      ),
      ...refusals(access),
    },
  }
  return { method, path, operation }
}

const forWhom: Readonly<Record<Access, string>> = {
  anyone: 'For anyone.',
  user: 'For who is signed in.',
  admin: 'For admins.',
  owner: 'For the desktop app.',
  desktop: 'For the desktop app.',
}

const opening = (id: string, summary: string, access: Access) => ({
  operationId: id,
  tags: [id.split('.')[0]],
  summary,
  description: forWhom[access],
})

function bodyOf(id: string, schema: JsonSchema, schemas: JsonSchemas) {
  const other = otherBodies[id]
  const content = {
    'application/json': { schema },
    ...(other && { [other.type]: { schema: schemas.sent(other.schema) } }),
  }
  return { requestBody: { content } }
}

const parameter = (
  where: 'path' | 'query' | 'header',
  name: string,
  schema: JsonSchema,
  isRequired = where === 'path',
) => ({
  ...{ in: where, name, schema },
  required: isRequired,
})

function queryParameters(sent: JsonSchema, pathParameters: readonly string[]) {
  const required = Array.isArray(sent.required) ? sent.required : []
  const names = Object.keys(propertiesOf(sent)).filter(name => !pathParameters.includes(name))
  return names.map(name => parameter('query', name, propertyOf(sent, name), required.includes(name)))
}

const actAs = (access: Access) =>
  access === 'user' || access === 'admin'
    ? [{ ...parameter('header', actAsHeader, { type: 'string' }), description: 'As whom an admin asks' }]
    : []

/** The ways in, each with all that it takes; an API key with the scope that it needs, if there is one. */
function securityOf(method: string, access: Access, scope: KeyScope): readonly JsonSchema[] {
  if (access === 'anyone') return []
  if (access === 'owner' || access === 'desktop') return [{ owner: [] }]
  const roles = scope === 'any' ? [] : [scope]
  return [
    method === 'GET' ? { session: [] } : { session: [], csrf: [] },
    ...(scope === 'never' ? [] : [{ apiKey: roles }, { apiKeyHeader: roles }]),
  ]
}

const securitySchemes = (cookieName: string) => ({
  session: { type: 'apiKey', in: 'cookie', name: cookieName, description: 'Set by signing in' },
  csrf: { type: 'apiKey', in: 'header', name: 'X-Trunk8-CSRF', description: 'The csrfToken of the session' },
  apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 't8_ID_SECRET', description: 'An API key with this scope' },
  apiKeyHeader: {
    type: 'apiKey',
    in: 'header',
    name: apiKeyHeader,
    description: 'The same, for clients without bearer tokens',
  },
  owner: { type: 'http', scheme: 'bearer', description: 'On the desktop app’s own socket' },
})

function refusals(access: Access) {
  const codes = Object.entries(errorStatus).flatMap(([code, status]) => (status === 422 ? [code] : []))
  const problem = (words: string) => ({
    description: words,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  })
  return {
    ...(access !== 'anyone' && { 401: problem('Nobody is signed in'), 403: problem('This is not yours to do') }),
    422: problem(`Something in it is not allowed: ${codes.join(', ')}`),
    default: problem('What went wrong'),
  }
}

function inPaths(listed: readonly Listed[]): JsonSchema {
  const paths = new Map<string, Record<string, Operation>>()
  for (const { method, path, operation } of listed) {
    const key = path.replace(/:(\w+)/g, '{$1}')
    paths.set(key, { ...paths.get(key), [method.toLowerCase()]: operation })
  }
  return Object.fromEntries(paths)
}

const pathNames = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '')

const propertiesOf = ({ properties }: JsonSchema): JsonSchema => (properties ?? {}) as JsonSchema

const propertyOf = (schema: JsonSchema, name: string): JsonSchema =>
  (propertiesOf(schema)[name] ?? { type: 'string' }) as JsonSchema

/** Without what is in the path. */
function withoutKeys(schema: JsonSchema, names: readonly string[]): JsonSchema {
  if (names.length === 0 || schema.properties === undefined) return schema
  const isElsewhere = (name: string) => !names.includes(name)
  const properties = Object.entries(propertiesOf(schema)).filter(([name]) => isElsewhere(name))
  const required = (Array.isArray(schema.required) ? schema.required : []).filter(isElsewhere)
  return { ...schema, properties: Object.fromEntries(properties), required }
}
