import { z } from 'zod'
import * as contract from '../contract/index.ts'

/**
 * The contract's shapes as JSON Schema (2020-12, as OpenAPI 3.1 has it). What is answered refers to one list of named
 * shapes; what is sent stands where it is sent, since a default there may be left out.
 */
export type JsonSchema = Readonly<Record<string, unknown>>

export interface JsonSchemas {
  sent(schema: z.ZodType): JsonSchema
  answered(schema: z.ZodType): JsonSchema
  /** Every shape that `answered` has referred to so far, by its name in the contract. */
  readonly named: Readonly<Record<string, JsonSchema>>
}

const home = '#/components/schemas/'

export function createJsonSchemas(): JsonSchemas {
  const names = nameShapes()
  const nameless = z.registry<{ id?: string }>()
  const named = new Map<string, JsonSchema>()

  function keep(schema: JsonSchema): JsonSchema {
    const { $schema: _, $defs, id, ...rest } = schema
    for (const [name, shape] of Object.entries(($defs ?? {}) as Record<string, JsonSchema>)) {
      const { id: __, ...bare } = shape
      named.set(name, inComponents(bare))
    }
    if (typeof id !== 'string') return inComponents(rest)
    named.set(id, inComponents(rest))
    return { $ref: home + id }
  }
  return {
    sent: schema => keep(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', metadata: nameless })),
    answered: schema => keep(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any', metadata: names })),
    get named() {
      return Object.fromEntries([...named].sort(([a], [b]) => a.localeCompare(b)))
    },
  }
}

/** Each shape that the contract exports, by its name there. */
function nameShapes() {
  const names = z.registry<{ id?: string }>()
  for (const [name, value] of Object.entries(contract)) if (value instanceof z.ZodType) names.add(value, { id: name })
  return names
}

function inComponents<T>(part: T): T {
  if (Array.isArray(part)) return part.map(inComponents) as T
  if (typeof part !== 'object' || part === null) return part
  const entries = Object.entries(part).map(([key, value]) => [
    key,
    key === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', home) : inComponents(value),
  ])
  return Object.fromEntries(entries)
}
