import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/**
 * What axe finds wrong on the page as it stands is nothing. Wants motion reduced: a colour in passing has no contrast; and
 * in a browser `bypassCSP`: axe is put into the page past its security policy. `where`: said when it finds something.
 */
export async function expectAxeFindsNothing(page: Page, where?: string): Promise<void> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') }
    const { violations } = await axe.run(document, { resultTypes: ['violations'] })
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`))
  })
  expect(found, where).toEqual([])
}
