/** The sections that the keys of config.toml are shown in, besides the looks. */
import { type InstanceKey, instanceKeys, instanceSettings } from '../../src-server/contract/instance.ts'
import type { IconName } from '../ui/icons.ts'

export type InstanceSectionId = Exclude<(typeof instanceSettings)[InstanceKey]['section'], 'appearance'>

interface InstanceSectionWords {
  readonly id: InstanceSectionId
  readonly title: string
  readonly icon: IconName
}

/** Those of the settings screen. */
export const instanceSections: readonly InstanceSectionWords[] = [
  { id: 'sharing', title: 'Sharing', icon: 'wifi' },
  { id: 'uploads', title: 'Uploads', icon: 'file-earmark' },
  { id: 'people', title: 'People and passwords', icon: 'people' },
  { id: 'pages', title: 'Pages', icon: 'filetype-html' },
  { id: 'backups', title: 'Backups', icon: 'archive' },
  { id: 'log', title: 'Log', icon: 'file-earmark-text' },
]

/** Those of the security screen. */
export const securitySections: readonly InstanceSectionWords[] = [
  { id: 'encryption', title: 'Encryption', icon: 'lock' },
  { id: 'sign-in', title: 'Signing in', icon: 'key' },
  { id: 'limits', title: 'Limits and bans', icon: 'sign-stop' },
  { id: 'proxy', title: 'Behind a proxy', icon: 'diagram-3' },
  { id: 'headers', title: 'Headers', icon: 'code-slash' },
]

/** In the order of the table. */
export const keysIn = (section: InstanceSectionId): readonly InstanceKey[] =>
  instanceKeys.filter(key => instanceSettings[key].section === section)
