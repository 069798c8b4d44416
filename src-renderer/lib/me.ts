/** Oneself, for every screen that has to know. */
import { queryOptions } from '@tanstack/react-query'
import { me } from '../../src-server/contract/users.ts'
import { call } from './api.ts'
import { keys } from './keys.ts'

export const meQuery = () => queryOptions({ queryKey: keys.me, queryFn: () => call(me.get, {}) })
