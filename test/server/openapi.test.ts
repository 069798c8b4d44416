import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Router from '@koa/router'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../../src-server/app.ts'
import { api, Problem, scopeOf } from '../../src-server/contract/index.ts'
import { createServices } from '../../src-server/services.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly parameters: readonly { readonly in: string; readonly name: string; readonly required: boolean }[]
  readonly security: readonly Record<string, unknown>[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> }
  readonly responses: Record<string, { readonly description: string; readonly content?: object }>
}

interface Document {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string }
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, object>; readonly securitySchemes: Record<string, object> }
}

let server: TestServer
let document: Document
let operations: { method: string; path: string; operation: Operation }[]

beforeAll(async () => {
  server = await startTestServer({ owner: true })
  const reply = await server.anyone.send({ path: '/api/v1/openapi.json' })
  expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8'])
  document = reply.json as Document
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
})
afterAll(() => server.stop())

test('it is an OpenAPI 3.1 document with a name for each call, each with words, answers and refusals', () => {
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Trunk8', version: '0.0.0-test' } })
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { path, operation } of operations) {
    expect(operation.summary, path).not.toBe('')
    const statuses = Object.keys(operation.responses)
    expect(
      statuses.some(status => /^[23]/.test(status)),
      path,
    ).toBe(true)
    expect(operation.responses.default?.content, path).toHaveProperty('application/problem+json')
    const named = operation.parameters.filter(it => it.in === 'path').map(it => `{${it.name}}`)
    expect(named, path).toEqual(path.match(/\{\w+\}/g) ?? [])
    expect(
      operation.parameters.every(it => it.in !== 'path' || it.required),
      path,
    ).toBe(true)
  }
})

test('every call of the contract is in it, with who may call it', () => {
  for (const [feature, routes] of Object.entries(api)) {
    for (const [name, route] of Object.entries(routes)) {
      const path = route.path.replace(/:(\w+)/g, '{$1}')
      const operation = document.paths[path]?.[route.method.toLowerCase()]
      expect(operation?.operationId, path).toBe(`${feature}.${name}`)
      const isForKeys = ['user', 'admin'].includes(route.access) && scopeOf(route) !== 'never'
      expect(operation?.security.length, path).toBe(route.access === 'anyone' ? 0 : isForKeys ? 3 : 1)
    }
  }
})

test('every reference leads to a shape that is there, and every security scheme is explained', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target ?? '')
  expect(references.length).toBeGreaterThan(20)
  for (const target of references) {
    const name = /^#\/components\/schemas\/(\w+)$/.exec(target)?.[1] ?? ''
    expect(Object.hasOwn(document.components.schemas, name), target).toBe(true)
  }
  const schemes = operations.flatMap(({ operation }) => operation.security.flatMap(it => Object.keys(it)))
  for (const scheme of schemes) expect(document.components.securitySchemes).toHaveProperty(scheme)
  expect(document.components.schemas.Link).toMatchObject({ type: 'object', properties: { code: { type: 'string' } } })
})

test('the cookie is this instance’s, and a file goes in as a form', async () => {
  const { cookie } = await server.as()
  expect(document.components.securitySchemes.session).toMatchObject({ in: 'cookie', name: cookie.split('=')[0] })
  const create = document.paths['/api/v1/links']?.post
  expect(create?.requestBody?.content['multipart/form-data']?.schema).toMatchObject({
    properties: { file: { type: 'string', format: 'binary' }, code: {} },
    required: ['file'],
  })
})

test('every call in it is answered by the server', async () => {
  for (const { method, path, operation } of operations) {
    if (operation.operationId === 'events.listen') continue
    const url = path.replaceAll(/\{\w+\}/g, 'no-such-thing')
    const body = method === 'GET' ? {} : { body: '{}', headers: { 'Content-Type': 'application/json' } }
    const reply = await server.desktop.send({ method, path: url, ...body })
    const { code, detail = '' } = Problem.partial().safeParse(reply.json).data ?? {}
    expect([path, code]).not.toEqual([path, 'method_not_allowed'])
    expect([path, detail]).not.toEqual([path, 'There’s nothing at this address'])
    const isListed = String(reply.status) in operation.responses || reply.status >= 400
    expect([path, reply.status, isListed]).toEqual([path, reply.status, true])
  }
})

test('every way into the server is in it', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 't8-'))
  const services = await createServices({
    ...{ dataDir, uiDir: join(dataDir, 'ui'), sharing: 'remembered', version: '1' },
    secrets: { adminPassword: 'a good long password', secretKey: 'k'.repeat(32) },
  })
  try {
    const { middleware } = createApp(services)
    const routers = middleware.flatMap(it => ('router' in it ? [it.router as Router] : []))
    const ways = routers.flatMap(({ stack }) =>
      stack.flatMap(({ methods, path }) =>
        methods
          .filter(method => method !== 'HEAD')
          .map(method => `${method} ${String(path).replace(/:(\w+)/g, '{$1}')}`),
      ),
    )
    expect(ways.length).toBeGreaterThan(40)
    const listed = new Set(operations.map(({ method, path }) => `${method} ${path}`))
    expect(ways.filter(way => !listed.has(way))).toEqual([])
  } finally {
    await services.close()
    await rm(dataDir, { recursive: true, force: true })
  }
})
