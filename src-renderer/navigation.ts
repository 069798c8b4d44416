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
  /** A phone's bar has no place for it: there it is in the menu of whoever is signed in. */
  readonly isInMenuOnPhone?: boolean
}

const screens: readonly ListedScreen[] = [
  { to: '/', pattern: '/', icon: 'send', word: 'Share' },
  { to: '/links', pattern: '/links/*?', icon: 'link-45deg', word: 'Links' },
  { to: '/new', pattern: '/new', icon: 'plus-lg', word: 'New link' },
  { to: '/people', pattern: '/people/:name?', icon: 'people', word: 'People', isForAdmins: true },
  {
    ...{ to: '/security', pattern: '/security/:section?', icon: 'shield-lock', word: 'Security' },
    ...{ isForAdmins: true, isInMenuOnPhone: true },
  },
  { to: '/settings', pattern: '/settings/:section?', icon: 'gear', word: 'Settings' },
]

/** Those that this person may use. */
export const screensFor = ({ isAdmin }: User): readonly NavScreen[] => listFor(isAdmin)

/** Those of a phone's bottom bar. */
export const phoneScreensFor = ({ isAdmin }: User): readonly NavScreen[] =>
  listFor(isAdmin).filter(screen => !screen.isInMenuOnPhone)

/** Those that a phone has in the menu. */
export const menuScreensFor = ({ isAdmin }: User): readonly NavScreen[] =>
  listFor(isAdmin).filter(screen => screen.isInMenuOnPhone)

const listFor = (isAdmin: boolean) => screens.filter(screen => isAdmin || !screen.isForAdmins)
