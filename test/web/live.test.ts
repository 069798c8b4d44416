import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.stop())

test('what changes in one browser shows in the other, without a reload', async () => {
  const [one, two] = await Promise.all([web.openSignedIn('/'), web.openSignedIn('/')])
  await two.goto(`${web.server.url}/#/links`)
  await two.getByRole('heading', { name: 'Nothing shared yet' }).waitFor()

  await one.getByRole('button', { name: 'Type a link…' }).click()
  await one.getByLabel('Goes to').fill('https://example.com/map')
  await one.getByLabel('Code', { exact: true }).fill('map')
  await one.getByRole('button', { name: 'Make link' }).click()
  await two.getByRole('row', { name: /map/ }).click()
  await two.getByRole('complementary', { name: 'Link /map' }).waitFor()
  await two.getByRole('link', { name: 'Links 1 in all' }).waitFor()

  await one.getByRole('button', { name: 'Expiry of /map: Never expires' }).click()
  await one.getByRole('button', { name: '1 hour' }).click()
  await two.getByRole('complementary').getByRole('button', { name: 'Expiry of /map: 1 h left' }).waitFor()

  await one.getByRole('button', { name: 'More for /map' }).click()
  await one.getByRole('button', { name: 'Delete' }).click()
  await two.getByRole('row', { name: /map/ }).waitFor({ state: 'detached' })
})

test('a file on its way from one browser shows in the other, with its progress', async () => {
  const [one, two] = await Promise.all([web.openSignedIn('/'), web.openSignedIn('/')])
  const session = await one.context().newCDPSession(one)
  await session.send('Network.enable')
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 500_000 }
  await session.send('Network.emulateNetworkConditions', slow)
  const file = { name: 'rehearsal.mov', mimeType: 'video/quicktime', buffer: Buffer.alloc(2_000_000) }
  await one.setInputFiles('input[type="file"]', file)

  await two.getByRole('progressbar', { name: 'rehearsal.mov' }).waitFor()
  await two.getByRole('article', { name: /^\/.+, rehearsal\.mov$/ }).waitFor()
  expect(await two.getByRole('article', { name: /rehearsal\.mov/ }).count()).toBe(1)
})

test('a lost connection is told after some seconds, and all is current once it is back', async () => {
  const page = await web.openSignedIn('/')
  await page.context().setOffline(true)
  await web.server.restart()
  await page.getByText('Connection lost. Trying again…').waitFor()
  await (await web.server.as()).call(api.links.create, {
    type: 'redirect',
    url: 'https://example.com',
    code: 'meanwhile',
  })

  await page.context().setOffline(false)
  await page.getByText('Connection lost').waitFor({ state: 'detached' })
  await page.getByRole('article', { name: /^\/meanwhile/ }).waitFor()
})
