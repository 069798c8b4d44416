/** What in the files of the data folder cannot be understood. */
import { queryOptions } from '@tanstack/react-query'
import { problems } from '../../src-server/contract/problems.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'

export const problemsQuery = () =>
  queryOptions({
    queryKey: keys.problems,
    queryFn: () => call(problems.list, {}),
    select: ({ items }) => items,
  })
