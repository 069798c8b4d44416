import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import type { SignedIn } from '../helpers/server.ts'

let web: Web
let admin: SignedIn

const content = '<p>quiet</p><script>document.querySelector("p").textContent = "a script ran"</script>'

beforeAll(async () => {
  web = await startWeb()
  admin = await web.server.as()
  await admin.call(api.links.create, { type: 'html', content, code: 'page' })
})
afterAll(() => web.stop())

const modeField = (page: Page) => page.getByLabel('What this page may do')
const picture = async (page: Page, name: string) => {
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${name}.png` })
}
/** What the preview shows, in whatever frame of it. */
const shown = (page: Page) => async () =>
  (await Promise.all(page.frames().map(frame => frame.locator('p').allTextContents()))).flat().join(' ')

test('a new page is made for less than all that is allowed, and its preview shows it so', async () => {
  const page = await web.openSignedIn('/#/new?kind=html', { bypassCSP: false })
  await modeField(page).waitFor()
  await page.getByLabel('Code', { exact: true }).fill('still')
  await page.locator('textarea').fill(content)
  await expect.poll(shown(page)).toContain('a script ran')
  await modeField(page).selectOption('Show text and pictures, no scripts')
  await expect.poll(shown(page)).toContain('quiet')
  expect(await shown(page)()).not.toContain('a script ran')
  await picture(page, 'new-html')
  await page.getByRole('button', { name: 'Make link' }).click()
  await page.getByText('Show text and pictures, no scripts').waitFor()
  expect(await admin.call(api.links.get, { code: 'still' })).toMatchObject({ htmlMode: 'static' })
  await page.context().close()
})

test('it is changed in the panel and beside the text', async () => {
  const page = await web.openSignedIn('/#/links/page', { bypassCSP: true, reducedMotion: 'reduce' })
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await modeField(page).selectOption('Run scripts, load and send nothing')
  await picture(page, 'panel-html')
  await expectAxeFindsNothing(page, 'the mode of a page')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('Run scripts, load and send nothing').waitFor()
  expect(await admin.call(api.links.get, { code: 'page' })).toMatchObject({ htmlMode: 'isolated' })

  await page.goto(`${web.server.url}/#/links/page/edit`)
  await modeField(page).selectOption({ index: 0 })
  await page.getByText('/page is shown that way from now on').waitFor()
  expect(await admin.call(api.links.get, { code: 'page' })).not.toHaveProperty('htmlMode')
  await page.context().close()
})

test('where the instance allows less, that is said, and there is no more to choose', async () => {
  await admin.call(api.links.update, { code: 'page', htmlMode: 'interactive' })
  await admin.call(api.instance.update, { values: { 'html.mode': 'static' } })
  const page = await web.openSignedIn('/#/links/page/edit')
  await page.getByText('The settings allow no more than this: show text and pictures, no scripts').waitFor()
  const open = await modeField(page).locator('option:not(:disabled)').allTextContents()
  expect(open).toEqual([
    'As the settings say',
    'Run scripts, load and send anything',
    'Show text and pictures, no scripts',
  ])
  await expect.poll(shown(page)).toContain('quiet')
  expect(await shown(page)()).not.toContain('a script ran')
  await page.context().close()
})
