/** What an admin does with people in the window itself: acts as one of them, looks at what is wrong with a file of theirs. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { deadline, dropFiles, launchApp, makeFolder, type TestApp } from '../helpers/app.ts'

test('a file that is dropped on the window while acting as another user becomes theirs, and the next one one’s own', async () => {
  const app = await launchApp()
  await addPerson(app, 'alice')
  const folder = await makeFolder('drop')
  await app.page.getByRole('button', { name: 'Act as alice' }).click()
  await app.page.getByText('You act as alice.').waitFor()
  await dropFiles(app, [await makeFile(folder, 'of alice.txt')])
  await app.page.getByRole('article', { name: /of alice\.txt/ }).waitFor()
  await app.page.getByRole('button', { name: 'alice', exact: true }).click()
  expect(await app.page.getByRole('button', { name: 'Copy admin password' }).count()).toBe(0)
  await app.page.keyboard.press('Escape')
  await app.takePicture('acting-as-another')

  await app.page.getByRole('button', { name: 'Back to yourself' }).click()
  await app.page.getByRole('complementary', { name: 'User alice' }).waitFor()
  await app.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Share' }).click()
  await dropFiles(app, [await makeFile(folder, 'of admin.txt')])
  await vi.waitFor(
    async () => expect(await ownersByName(app)).toEqual({ 'of alice.txt': 'alice', 'of admin.txt': 'admin' }),
    deadline,
  )
})

test('a broken file is told in the window, and shown where it lies', async () => {
  const app = await launchApp()
  await app.electron.evaluate(({ shell }) => {
    shell.showItemInFolder = path => {
      globalThis.seenByTests.shown.push(path)
    }
  })
  const file = join(app.dataDir, 'users', 'admin', 'links.toml')
  await writeFile(file, '[links.a]\ntype = "redirect\n')
  const notice = app.page.getByRole('region', { name: 'Problems in files' })
  await notice.getByRole('button', { name: 'Show' }).click()
  await app.page.getByRole('button', { name: 'Show the file users/admin/links.toml' }).click()
  await vi.waitFor(
    async () => expect(await app.electron.evaluate(() => globalThis.seenByTests.shown)).toEqual([file]),
    deadline,
  )
})

test('the window wears the theme that was chosen, also after the next start', async () => {
  const app = await launchApp()
  await app.page.evaluate(() => {
    location.hash = '#/settings/appearance'
  })
  await app.page
    .getByRole('radio', { name: /Darkly/ })
    .first()
    .check({ force: true })
  await vi.waitFor(async () => expect(await worn(app)).toMatch(/^darkly dark/), deadline)
  await app.page.reload()
  await vi.waitFor(async () => expect(await worn(app)).toMatch(/^darkly dark/), deadline)
})

async function addPerson({ page }: TestApp, username: string): Promise<void> {
  await page.evaluate(() => {
    location.hash = '#/people'
  })
  await page.getByRole('button', { name: 'Add a person' }).click()
  await page.getByLabel('User name').fill(username)
  await page.getByRole('button', { name: 'Add this person' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('complementary', { name: `User ${username}` }).waitFor()
}

async function makeFile(folder: string, name: string): Promise<string> {
  await writeFile(join(folder, name), name)
  return join(folder, name)
}

const ownersByName = ({ page }: TestApp) =>
  page.evaluate(async () => {
    const { items } = await (await fetch('/api/v1/links?limit=100')).json()
    return Object.fromEntries(
      items.map((link: { originalFilename: string; owner: string }) => [link.originalFilename, link.owner]),
    )
  })

const worn = ({ page }: TestApp) =>
  page.evaluate(() => {
    const { theme, bsTheme } = document.documentElement.dataset
    return `${theme} ${bsTheme} ${document.querySelector<HTMLLinkElement>('link#theme')?.href}`
  })
