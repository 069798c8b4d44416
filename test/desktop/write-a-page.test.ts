import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { createLink, deadline, launchApp, makeFolder, type TestApp } from '../helpers/app.ts'

test('Markdown and HTML are written in the window beside what becomes of them', async () => {
  const app = await launchApp()
  const { page } = app
  await go(app, '/new?kind=markdown')
  await page.getByLabel('Markdown text').fill('# House rules\n')
  const preview = page.frameLocator('iframe[title="Preview"]')
  await preview.getByRole('heading', { name: 'House rules' }).waitFor()
  await page.getByRole('button', { name: 'Make link' }).click()
  await page.getByRole('complementary').frameLocator('iframe').getByRole('heading', { name: 'House rules' }).waitFor()
  await vi.waitFor(async () => expect(await app.clipboard()).toMatch(/^http:/), deadline)
  expect(await (await fetch(await app.clipboard())).text()).toContain('House rules')

  await go(app, '/new?kind=html')
  const script = `<p id="out">-</p><script>out.textContent = 'ran in ' + origin + ', ' + typeof parent.desktop</script>`
  await page
    .getByLabel('HTML text')
    .fill(
      script.replace(
        'typeof parent.desktop',
        '(() => { try { return typeof parent.desktop } catch { return "shut off" } })()',
      ),
    )
  await vi.waitFor(
    async () => expect(await preview.locator('#out').textContent()).toBe('ran in null, shut off'),
    deadline,
  )
  await page.getByLabel('What this page may do').selectOption('static')
  await preview.frameLocator('iframe').getByText('-', { exact: true }).waitFor()
})

test('the list of links and a QR code are saved as files from the window', async () => {
  const app = await launchApp()
  const { page } = app
  const code = await createLink(app, 'https://example.com/listed')
  const folder = await makeFolder('saved')
  await app.electron.evaluate(({ session }, saveIn) => {
    session.defaultSession.on('will-download', (_event, item) => item.setSavePath(`${saveIn}/${item.getFilename()}`))
  }, folder)

  await go(app, '/links')
  await page.getByRole('button', { name: 'List as a file' }).click()
  await page.getByRole('button', { name: 'Export as CSV' }).click()
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  await vi.waitFor(async () => expect(await read('links.csv')).toContain('https://example.com/listed'), deadline)

  await go(app, `/links/${code}`)
  await page.getByRole('button', { name: /^Show QR code/ }).click()
  await page.getByRole('button', { name: 'Save as SVG' }).click()
  await vi.waitFor(async () => expect(await read(`${code}.svg`)).toMatch(/^<svg [^>]*>.*<path/), deadline)
})

async function go({ page }: TestApp, hash: string): Promise<void> {
  await page.evaluate(to => {
    location.hash = to
  }, hash)
}
