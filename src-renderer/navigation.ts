/** The screens that one can go to, in the order of the sidebar and of a phone's bottom bar. */
import type { User } from '../src-server/contract/sessions.ts'
import type { IconName } from './ui/icons.ts'

export interface NavScreen {
  readonly to: string
  /** Every address within it. */
  readonly pattern: string
  readonly icon: IconName
  readonly word: string
}

interface ListedScreen extends NavScreen {
  readonly isForAdmins?: boolean
}

const screens: readonly ListedScreen[] = [
  { to: '/', pattern: '/', icon: 'send', word: 'Share' },
  { to: '/links', pattern: '/links/*?', icon: 'link-45deg', word: 'Links' },
  { to: '/new', pattern: '/new', icon: 'plus-lg', word: 'New link' },
  { to: '/people', pattern: '/people/:name?', icon: 'people', word: 'People', isForAdmins: true },
  { to: '/settings', pattern: '/settings/:section?', icon: 'gear', word: 'Settings' },
]

/** Those that this person may use. */
export const screensFor = ({ isAdmin }: User): readonly NavScreen[] =>
  screens.filter(screen => isAdmin || !screen.isForAdmins)
