/** The table of keys in words and shapes: what a default is called, and which controls need a whole row. */
import { type InstanceKey, instanceSettings, type SettingValue } from '../../src-server/contract/instance.ts'

/** Value → words, in the order in which they are offered; undefined where anything may be written. */
export function choicesOf(key: InstanceKey): Readonly<Record<string, string>> | undefined {
  const spec = instanceSettings[key]
  return 'choices' in spec ? spec.choices : undefined
}

export function unitOf(key: InstanceKey): string {
  const spec = instanceSettings[key]
  return 'unit' in spec ? spec.unit : ''
}

export function exampleOf(key: InstanceKey): string {
  const spec = instanceSettings[key]
  return 'example' in spec ? spec.example : ''
}

/** The rest of “Reset to …”. */
export function defaultInWords(key: InstanceKey): string {
  const fallback: unknown = instanceSettings[key].default
  if (fallback === true) return 'on'
  if (fallback === false) return 'off'
  if (Array.isArray(fallback)) return fallback.length === 0 ? 'none' : `the usual ${fallback.length}`
  if (fallback === '') return 'none'
  return choicesOf(key)?.[String(fallback)] ?? `${fallback} ${unitOf(key)}`.trim()
}

/** Lists are compared as sets: their order means nothing. */
export function isDefault(key: InstanceKey, value: SettingValue): boolean {
  const fallback: unknown = instanceSettings[key].default
  if (!Array.isArray(fallback) || !Array.isArray(value)) return fallback === value
  return fallback.length === value.length && value.every(item => fallback.includes(item))
}

/** Words longer than this do not fit into a field beside its label. */
const mostLetters = 30

export const hasLongChoices = (key: InstanceKey): boolean =>
  Object.values(choicesOf(key) ?? {}).some(words => words.length > mostLetters)

/** Whether the control stands below its label, over the whole width. */
export function isWide(key: InstanceKey): boolean {
  const { control, section } = instanceSettings[key]
  return control === 'list' || section === 'headers' || hasLongChoices(key)
}
