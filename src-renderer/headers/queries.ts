/** Everything this folder asks of the server. */
import { queryOptions } from '@tanstack/react-query'
import { headers } from '../../src-server/contract/headers.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'

export const headersQuery = () => queryOptions({ queryKey: keys.headers, queryFn: () => call(headers.list, {}) })
