/** How the interface looks: for who is signed in, and before. */
import { queryOptions } from '@tanstack/react-query'
import { settings } from '../../src-server/contract/settings.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'

/** One's own settings: themes, and what there is to choose from. */
export const ownSettingsQuery = () => queryOptions({ queryKey: keys.settings, queryFn: () => call(settings.get, {}) })

/** What may be known before anybody has signed in. */
export const welcomeQuery = () =>
  queryOptions({ queryKey: keys.welcome, queryFn: () => call(settings.welcome, {}), staleTime: 60_000 })
