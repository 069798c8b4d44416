/** The sections that the keys of config.toml are shown in, besides the looks. */
import { type InstanceKey, instanceKeys, instanceSettings } from '../../src-server/contract/instance.ts'
import type { SettingGroup, SettingWords } from '../../src-server/contract/setting-kinds.ts'
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

export interface KeyGroup {
  /** None: the keys that stand first, under the section's own title. */
  readonly title: SettingGroup | undefined
  readonly keys: readonly InstanceKey[]
}

/** Keys and groups are in the order of the table. */
export function groupsIn(section: InstanceSectionId): readonly KeyGroup[] {
  const groups = new Map<SettingGroup | undefined, InstanceKey[]>()
  for (const key of instanceKeys) {
    const words: SettingWords = instanceSettings[key]
    if (words.section === section) groups.set(words.group, [...(groups.get(words.group) ?? []), key])
  }
  return [...groups].map(([title, keys]) => ({ title, keys }))
}

/** What most people never need. */
const rare: ReadonlySet<SettingGroup> = new Set(['OpenID Connect settings', 'SAML settings', 'More'])

export const isRare = ({ title }: KeyGroup): boolean => title !== undefined && rare.has(title)
