import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import type { TestServer } from './server.ts'

/** The lines of an instance's access log, as soon as there are this many: a line is written once its answer is over. */
export const accessLines = ({ dataDir }: Pick<TestServer, 'dataDir'>, many = 1): Promise<string[]> =>
  vi.waitFor(
    async () => {
      const lines = await linesOf(join(dataDir, 'logs/access.log'))
      expect(lines.length).toBeGreaterThanOrEqual(many)
      return lines
    },
    { timeout: 10_000, interval: 10 },
  )

/** Lines of a file; none where it is not there. */
export const linesOf = async (path: string): Promise<string[]> =>
  (await readFile(path, 'utf8').catch(() => '')).split('\n').slice(0, -1)
