import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, trustPaths } from '../../src-server/contract/index.ts'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import { setUpSecondStep } from '../helpers/second-step.ts'
import { studioFiles } from './studio.ts'

const passwordOfAnn = 'the long password of ann'
const stranger = '127.0.0.66'

let web: Web
beforeAll(async () => {
  web = await startWeb({ files: studioFiles() })
  const admin = await web.server.as()
  await admin.call(api.users.create, { username: 'ann', password: passwordOfAnn })
  await setUpSecondStep(await web.server.as('ann', passwordOfAnn), passwordOfAnn)
  await admin.call(api.apiKeys.create, { name: 'Backup script', scopes: ['links:read'] })
  await admin.call(api.bans.create, { address: stranger })
})
afterAll(() => web.stop())

const looks = (['light', 'dark'] as const).flatMap(colorScheme => [
  { name: `a desk in ${colorScheme}`, colorScheme, viewport: { width: 1100, height: 720 } },
  { name: `a phone in ${colorScheme}`, colorScheme, viewport: { width: 360, height: 740 } },
])

test.each(looks)('axe finds nothing on any screen, $name', async ({ colorScheme, viewport }) => {
  // axe is put into the page by the test, past the page's security policy.
  const options = { colorScheme, viewport, bypassCSP: true, reducedMotion: 'reduce' as const }
  const page = await web.open('/', options)
  await page.getByLabel('Password', { exact: true }).waitFor()
  await expectAxeFindsNothing(page, 'sign in')
  await page.context().close()

  const inside = await web.openSignedIn('/', options)
  await inside.getByRole('article').first().waitFor()
  await expectAxeFindsNothing(inside, 'share')
  await inside.setInputFiles('input[type="file"]', { name: 'setup.exe', mimeType: 'x/y', buffer: Buffer.alloc(1) })
  await inside.getByRole('article', { name: 'setup.exe was not shared' }).waitFor()
  await inside.getByRole('button', { name: 'Expiry of /red-fox: 21 h left' }).click()
  await expectAxeFindsNothing(inside, 'a card that failed, and a menu')
  await inside.keyboard.press('Escape')
  await inside.getByRole('button', { name: 'Change the code of /red-fox' }).click()
  await inside.getByRole('form').waitFor()
  await expectAxeFindsNothing(inside, 'edit dialog')
  await inside.keyboard.press('Escape')

  await inside.goto(`${web.server.url}/#/links`)
  await inside.getByRole('row', { name: /red-fox/ }).waitFor()
  await expectAxeFindsNothing(inside, 'links')
  await inside.goto(`${web.server.url}/#/links/red-fox`)
  await inside.getByRole('complementary').getByText('48 visits').waitFor()
  await expectAxeFindsNothing(inside, 'panel')
  await inside.getByRole('button', { name: 'Edit', exact: true }).click()
  await inside.getByLabel('Code').fill('not a code')
  await inside.getByRole('button', { name: 'Save changes' }).click()
  await inside.getByText('Use 1 to 50 letters').waitFor()
  await expectAxeFindsNothing(inside, 'editor with an error')
  await inside.getByRole('button', { name: 'Cancel' }).click()
  await inside.goto(`${web.server.url}/#/links`)
  await inside.getByLabel('Choose /standup').click({ force: true })
  await inside.getByRole('region', { name: 'Chosen links' }).waitFor()
  await expectAxeFindsNothing(inside, 'some links chosen')
  for (const kind of ['redirect', 'file', 'markdown', 'html']) {
    await inside.goto(`${web.server.url}/#/new?kind=${kind}`)
    await inside.getByRole('heading', { name: 'New link' }).waitFor()
    await inside.getByLabel('Code', { exact: true }).fill('not a code')
    await inside.getByText('Use 1 to 50 letters').first().waitFor()
    await expectAxeFindsNothing(inside, `new link, ${kind}`)
  }
  await inside.goto(`${web.server.url}/#/links`)
  await inside.getByRole('button', { name: 'List as a file' }).click()
  await inside.getByRole('button', { name: 'Import list…' }).click()
  await inside.getByLabel('Choose a list…').setInputFiles(list)
  await inside.getByText('2 links to make, 1 left out').waitFor()
  await expectAxeFindsNothing(inside, 'a list that is to come in')
  await inside.keyboard.press('Escape')
  await inside.goto(`${web.server.url}/#/links?q=nothing-like-it`)
  await inside.getByText('No link matches').waitFor()
  await expectAxeFindsNothing(inside, 'no match')
  await inside.context().close()
})

test.each(looks)('axe finds nothing at the door, $name', async ({ colorScheme, viewport }) => {
  const options = { colorScheme, viewport, bypassCSP: true, reducedMotion: 'reduce' as const }
  const page = await web.open('/', options)
  await page.getByLabel('User name').fill('ann')
  await page.getByLabel('Password', { exact: true }).fill(passwordOfAnn)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByLabel('Code', { exact: true }).fill('000000')
  await page.getByText('That’s not it').waitFor()
  await expectAxeFindsNothing(page, 'a wrong code')
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.getByLabel('Recovery code').waitFor()
  await expectAxeFindsNothing(page, 'a recovery code')
  await page.goto(web.server.url + trustPaths.page)
  await expectAxeFindsNothing(page, 'trust')
  const accept = { Accept: 'text/html' }
  const refusals = {
    banned: await web.server.send({ path: '/', from: stranger, headers: accept }),
    'another name': await web.server.send({ path: '/', headers: { ...accept, Host: 'files.example' } }),
  }
  for (const [name, { text }] of Object.entries(refusals)) {
    await page.route('**/refusal', route => route.fulfill({ contentType: 'text/html', body: text }))
    await page.goto(`${web.server.url}/refusal`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await expectAxeFindsNothing(page, name)
    await page.unroute('**/refusal')
  }
  await page.context().close()

  const inside = await web.openSignedIn('/', options)
  const screens = {
    'security/encryption': 'Trusted devices',
    'security/sign-in': 'Secret key',
    'security/limits': 'Bans',
    'security/proxy': 'Set up a proxy',
    'security/headers': 'What you can change',
    'settings/sign-in': 'API keys',
  }
  for (const [path, heading] of Object.entries(screens)) {
    await inside.goto(`${web.server.url}/#/${path}`)
    await inside.getByRole('heading', { name: heading, exact: true }).waitFor()
    await expect.poll(() => inside.getByRole('status', { name: /^Loading/ }).count()).toBe(0)
    const folded = inside.locator('details:not([open]) > summary')
    for (const _ of await folded.all()) await folded.first().click()
    await expectAxeFindsNothing(inside, path)
  }
  await inside.goto(`${web.server.url}/#/people/ann`)
  await inside.getByRole('button', { name: 'Reset sign-in' }).click()
  await inside.getByRole('dialog').waitFor()
  await expectAxeFindsNothing(inside, 'reset how somebody signs in')
  await inside.context().close()
})

const list = {
  name: 'links.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from('code,url\nwiki,https://wiki.example\nchat,https://chat.example\nred-fox,https://example.com\n'),
}
