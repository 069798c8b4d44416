import { defineConfig } from 'vitest/config'
import { workerCode } from './scripts/vite-worker.mjs'

const plugins = [workerCode()]
// `css: true`: else Vitest makes every stylesheet an empty one, those that the server sends too.

/** Files of the later projects drive a browser or a whole app: one at a time, and only after the quick ones. */
const heavy = (name: string, groupOrder: number, timeout: number) => ({
  plugins,
  test: {
    name,
    css: true,
    include: [`test/${name}/**/*.test.ts`],
    fileParallelism: false,
    sequence: { groupOrder },
    testTimeout: timeout,
    hookTimeout: timeout,
  },
})

export default defineConfig({
  test: {
    projects: [
      { plugins, test: { name: 'unit', include: ['test/*.test.ts', 'test/setup/**/*.test.ts'], testTimeout: 20_000 } },
      {
        plugins,
        test: {
          name: 'server',
          css: true,
          include: ['test/server/**/*.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      // Real programs from outside, which mostly wait for one another.
      {
        plugins,
        test: {
          name: 'door',
          css: true,
          include: ['test/door/**/*.test.ts'],
          maxWorkers: 3,
          sequence: { groupOrder: 4 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      heavy('load', 5, 300_000),
      heavy('web', 1, 60_000),
      heavy('desktop', 2, 90_000),
      heavy('package', 3, 300_000),
    ],
  },
})
