import { AppError } from '../contract/errors.ts'
import type { BulkChange, BulkOutcome } from '../contract/links.ts'
import type { Who } from '../policy.ts'
import type { Links } from './links.ts'

/** One change to many links: each stands for itself, so that one that fails keeps no other from being done. */
export type Bulk = ReturnType<typeof createBulk>

interface BulkOptions {
  readonly links: Links
  readonly report: (message: string) => void
}

export function createBulk({ links, report }: BulkOptions) {
  function changeOne(who: Who, code: string, { action, expiresAt }: BulkChange): Promise<unknown> {
    switch (action) {
      case 'delete':
        return links.remove(who, code)
      case 'expire':
        return expiresAt === undefined ? links.remove(who, code) : links.update(who, code, { expiresAt })
      case 'enable':
        return links.update(who, code, { enabled: true })
      case 'disable':
        return links.update(who, code, { enabled: false })
      case 'restore':
        return links.restore(who, code)
    }
  }

  function explain(error: unknown, code: string): BulkOutcome['failed'][number] {
    if (error instanceof AppError) return { code, code_error: error.code, detail: error.message }
    report(`A change of /${code} among many failed: ${error instanceof Error ? error.stack : String(error)}`)
    return { code, code_error: 'internal', detail: 'Something went wrong here. The log tells more' }
  }

  /** Never rejects. All are begun together, so that what waits for the same file is written together. */
  return async (who: Who, change: BulkChange): Promise<BulkOutcome> => {
    const codes = [...new Set(change.codes)]
    const outcomes = await Promise.all(
      codes.map(code =>
        changeOne(who, code, change).then(
          () => ({ code, failure: undefined }),
          error => ({ code, failure: explain(error, code) }),
        ),
      ),
    )
    return {
      done: outcomes.flatMap(({ code, failure }) => (failure ? [] : [code])),
      failed: outcomes.flatMap(({ failure }) => (failure ? [failure] : [])),
    }
  }
}
