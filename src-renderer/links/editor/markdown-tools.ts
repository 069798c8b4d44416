/** The buttons over a Markdown text and the keys that do the same. */
import type { KeyboardEvent } from 'react'
import type { IconName } from '../../ui/icons.ts'
import { type Edit, makeCode, makeLink, makeTable, prefixLines, type Selected, wrap } from './markdown-edits.ts'

export interface MarkdownTool {
  readonly name: string
  readonly icon: IconName
  /** As people say it: `Ctrl+B`. */
  readonly keys: string
  /** As the keyboard says it, with Ctrl or ⌘ held. */
  readonly code: string
  readonly shift?: true
  readonly edit: (selected: Selected) => Edit
}

export const markdownTools: readonly MarkdownTool[] = [
  { name: 'Bold', icon: 'type-bold', keys: 'Ctrl+B', code: 'KeyB', edit: text => wrap(text, '**') },
  { name: 'Italic', icon: 'type-italic', keys: 'Ctrl+I', code: 'KeyI', edit: text => wrap(text, '_') },
  {
    name: 'Heading',
    icon: 'type-h2',
    keys: 'Ctrl+Shift+2',
    code: 'Digit2',
    shift: true,
    edit: text => prefixLines(text, '## '),
  },
  { name: 'Link', icon: 'link', keys: 'Ctrl+K', code: 'KeyK', edit: makeLink },
  {
    name: 'List',
    icon: 'list-ul',
    keys: 'Ctrl+Shift+8',
    code: 'Digit8',
    shift: true,
    edit: text => prefixLines(text, '- '),
  },
  {
    name: 'Tasks',
    icon: 'list-check',
    keys: 'Ctrl+Shift+9',
    code: 'Digit9',
    shift: true,
    edit: text => prefixLines(text, '- [ ] '),
  },
  { name: 'Code style', icon: 'code-slash', keys: 'Ctrl+E', code: 'KeyE', edit: makeCode },
  { name: 'Table', icon: 'table', keys: 'Ctrl+Shift+0', code: 'Digit0', shift: true, edit: makeTable },
]

/** The tool that a key press means. */
export function toolFor({ code, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): MarkdownTool | undefined {
  if (!(ctrlKey || metaKey) || altKey) return undefined
  return markdownTools.find(tool => tool.code === code && (tool.shift ?? false) === shiftKey)
}
