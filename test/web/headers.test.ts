import { afterEach, expect, test } from 'vitest'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { startWeb, type Web } from '../helpers/browser.ts'

let web: Web
afterEach(async () => {
  expect(web.faults).toEqual([])
  await web.stop()
})

test('an admin sees what every answer says, changes it, and sees the change', async () => {
  web = await startWeb({})
  const page = await web.openSignedIn('/#/security/headers')
  const list = page.getByRole('region', { name: 'What every answer says' })
  await list.getByText("frame-ancestors 'self'").waitFor()
  for (const name of ['X-Frame-Options', 'Referrer-Policy', 'Permissions-Policy']) await list.getByText(name).waitFor()
  await expectAxeFindsNothing(page)

  const field = page.getByRole('textbox', { name: 'Permissions-Policy' })
  await field.fill('camera=()')
  await field.press('Enter')
  await list.getByText('camera=()', { exact: true }).waitFor()
  expect((await web.server.send({ path: '/healthz' })).headers['permissions-policy']).toBe('camera=()')

  await field.fill('camera=() für alle')
  await field.press('Enter')
  await page.getByText('A header is one line of plain letters, digits and signs, without accents').waitFor()
  expect((await web.server.send({ path: '/healthz' })).headers['permissions-policy']).toBe('camera=()')
})
