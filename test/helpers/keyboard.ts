/**
 * Trunk8 used without a mouse: what a person does with Tab, arrows, Enter and Space alone, the same in a browser and in
 * the window. Whatever cannot be reached by Tab from where the focus is makes a step fail.
 */
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

export interface Walk {
  readonly page: Page
  /** Looks at the screen as it stands, with axe and at its width. */
  readonly look: (where: string) => Promise<void>
  /** A file as a person may choose it: its path, or what a browser is told of it. */
  readonly makeFile: (name: string, text: string) => Promise<string | FilePayload>
}

interface FilePayload {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

/** As many controls as a screen may have between two places. */
const farthest = 90

/** Presses Tab until the control has the focus. */
export async function tabTo(page: Page, control: Locator): Promise<void> {
  await control.waitFor()
  for (let step = 0; step < farthest && !(await hasFocus(control)); step++) await page.keyboard.press('Tab')
  expect(await hasFocus(control), `Tab leads to ${control}`).toBe(true)
}

export async function press(page: Page, name: string | RegExp, where: Page | Locator = page): Promise<void> {
  const isExact = typeof name === 'string'
  await tabTo(page, where.getByRole('button', { name, exact: isExact }))
  await page.keyboard.press('Enter')
}

export async function typeInto(page: Page, label: string, text: string, where: Page | Locator = page): Promise<void> {
  await tabTo(page, where.getByLabel(label, { exact: true }))
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type(text)
}

/** From a menu that is open, by the arrow down. */
export async function chooseFromMenu(page: Page, name: string): Promise<void> {
  const item = page.locator('.dropdown-menu.show .dropdown-item', { hasText: name })
  await item.waitFor()
  for (let step = 0; step < 12 && !(await hasFocus(item)); step++) await page.keyboard.press('ArrowDown')
  expect(await hasFocus(item), `the arrow leads to ${name}`).toBe(true)
  await page.keyboard.press('Enter')
}

/** By the list of screens at the left. */
export async function goTo(page: Page, screen: string): Promise<void> {
  await tabTo(
    page,
    page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: new RegExp(`^${screen}`) }),
  )
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: new RegExp(`^${screen}`) }).waitFor()
}

export async function goToSettings(page: Page, section: string): Promise<void> {
  await goTo(page, 'Settings')
  const sections = page.getByRole('navigation', { name: 'Sections of the settings' })
  await tabTo(page, sections.getByRole('link', { name: section, exact: true }))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 2, name: section, exact: true }).waitFor()
}

/** What the button opens is answered with this file. */
async function chooseFile(page: Page, button: string, file: string | FilePayload): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await press(page, button)
  await (await chooser).setFiles(file)
}

/** One link of each kind: /k-redirect, /k-file, /k-markdown and /k-html. */
export async function makeAllKinds({ page, look, makeFile }: Walk): Promise<void> {
  await openNew(page, 0)
  await look('new redirect')
  await typeInto(page, 'Goes to', 'https://example.com/by-keyboard')
  await typeInto(page, 'Code', 'k-redirect')
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: 'Link /k-redirect' }).waitFor()
  await look('panel of a redirect')

  await openNew(page, 1)
  await look('new file')
  await chooseFile(page, 'Choose a file…', await makeFile('First.txt', 'first'))
  await typeInto(page, 'Code', 'k-file')
  await press(page, 'Make link')
  await page.getByRole('complementary', { name: 'Link /k-file' }).waitFor()
  await look('panel of a file')

  await openNew(page, 2)
  await typeInto(page, 'Code', 'k-markdown')
  await typeInto(page, 'Markdown text', '# Rules')
  await page.frameLocator('iframe').getByRole('heading', { name: 'Rules' }).waitFor()
  await look('new Markdown page')
  await page.keyboard.press('ControlOrMeta+S')
  await page.getByRole('complementary', { name: 'Link /k-markdown' }).waitFor()

  await openNew(page, 3)
  await typeInto(page, 'Code', 'k-html')
  await typeInto(page, 'HTML text', '<h1>Menu</h1>')
  await look('new HTML page')
  // Tab writes into the text, so that Esc comes first.
  await page.keyboard.press('Escape')
  await press(page, 'Make link')
  await page.getByRole('complementary', { name: 'Link /k-html' }).waitFor()
  await look('panel of a page')
}

/** The screen of a new link, with the kind so many arrows to the right. */
async function openNew(page: Page, arrows: number): Promise<void> {
  await goTo(page, 'New link')
  await tabTo(page, page.getByRole('radio', { name: 'Redirect' }))
  for (let step = 0; step < arrows; step++) await page.keyboard.press('ArrowRight')
}

/** Opens the panel of a link from the list, by the search. */
export async function openPanel(page: Page, code: string): Promise<Locator> {
  await goTo(page, 'Links')
  await page.keyboard.press('/')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type(code)
  const row = page.getByRole('row', { name: new RegExp(`/${code}`) })
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
  await tabTo(page, row)
  await page.keyboard.press('Enter')
  const panel = page.getByRole('complementary', { name: `Link /${code}` })
  await panel.waitFor()
  return panel
}

export async function editPage({ page, look }: Walk): Promise<void> {
  const panel = await openPanel(page, 'k-markdown')
  await tabTo(page, panel.getByRole('link', { name: 'Edit page' }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByLabel('Markdown text', { exact: true }))
  await look('page editor')
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.type('\n\nNo shoes.')
  await page.keyboard.press('ControlOrMeta+S')
  await page.getByText('/k-markdown saved').waitFor()
  await page.keyboard.press('Escape')
  await press(page, 'Done')
  await panel.waitFor()
}

export async function replaceFile({ page, look, makeFile }: Walk): Promise<void> {
  const panel = await openPanel(page, 'k-file')
  await chooseFile(page, 'Replace file', await makeFile('Second.txt', 'second'))
  const question = page.getByRole('dialog', { name: 'Replace the file of /k-file' })
  await question.waitFor()
  await look('question before a file is replaced')
  await press(page, 'Replace file', question)
  await page.getByText('/k-file now shares Second.txt').waitFor()
  await panel.getByText('Second.txt').first().waitFor()
  await page.keyboard.press('Escape')
}

/** Those of `makeAllKinds`: all chosen with Shift and the arrow, deleted, brought back. */
export async function deleteManyAndUndo({ page, look }: Walk): Promise<void> {
  await goTo(page, 'Links')
  await page.keyboard.press('/')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('k-')
  const rows = page.locator('tbody tr')
  // All that there are match: only the address tells that it was looked for.
  await expect.poll(() => page.url()).toContain('q=k-')
  await expect.poll(() => rows.count()).toBe(4)
  // One of them is where Tab leads to; the arrows go on from there.
  await tabTo(page, page.locator('tbody tr[tabindex="0"]'))
  await page.keyboard.press('ControlOrMeta+A')
  await page.getByText('4 chosen').waitFor()
  await look('four links chosen')
  await page.keyboard.press('Delete')
  await page.getByText('4 links deleted').waitFor()
  await look('all of them gone')
  await press(page, 'Undo')
  await page.getByText('4 links brought back').waitFor()
}

export async function filterLinks({ page, look }: Walk): Promise<void> {
  await goTo(page, 'Links')
  await press(page, /^Type:/)
  await page.getByText('Redirects', { exact: true }).waitFor()
  await look('menu of kinds')
  await chooseFromMenu(page, 'Redirects')
  await page.getByRole('row', { name: /k-redirect/ }).waitFor()
  await page.getByRole('row', { name: /k-file/ }).waitFor({ state: 'detached' })
  await press(page, 'Clear filters')
  await page.getByRole('row', { name: /k-file/ }).waitFor()
}

export async function importList({ page, look, makeFile }: Walk): Promise<void> {
  await goTo(page, 'Links')
  await press(page, 'List as a file')
  await chooseFromMenu(page, 'Import list…')
  const dialog = page.getByRole('dialog', { name: 'Import list' })
  await dialog.waitFor()
  await look('import')
  await chooseFile(page, 'Choose a list…', await makeFile('links.csv', 'code,url\nk-wiki,https://wiki.example\n'))
  await dialog.getByText('1 link to make').waitFor()
  await look('what an import would do')
  await press(page, 'Import 1 link', dialog)
  await page.getByRole('row', { name: /k-wiki/ }).waitFor()
}

/** → the password that was made. */
export async function addPerson({ page, look }: Walk, username: string): Promise<string> {
  await goTo(page, 'People')
  await look('people')
  await press(page, 'Add a person')
  const dialog = page.getByRole('dialog', { name: 'Add a person' })
  await dialog.waitFor()
  await look('add a person')
  await typeInto(page, 'User name', username, dialog)
  await page.keyboard.press('Enter')
  const handOver = page.getByRole('dialog', { name: `The password of ${username}` })
  await handOver.waitFor()
  await look('the password that was made')
  const password = (await handOver.locator('output').textContent()) ?? ''
  await press(page, 'Done', handOver)
  await page.getByRole('complementary', { name: `User ${username}` }).waitFor()
  await look('panel of a person')
  return password
}

export async function actAsAndBack({ page, look }: Walk, username: string): Promise<void> {
  await press(page, `Act as ${username}`)
  await page.getByText(`You act as ${username}.`).waitFor()
  await look('acting as another')
  await goTo(page, 'Links')
  await press(page, 'Back to yourself')
  await page.getByRole('complementary', { name: `User ${username}` }).waitFor()
}

export async function chooseTheme({ page, look }: Walk): Promise<void> {
  await goToSettings(page, 'Appearance')
  const themes = page.getByRole('radiogroup', { name: 'Interface' })
  await tabTo(page, themes.getByRole('radio', { checked: true }))
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('cosmo')
  await look('appearance')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('cerulean')
}

export async function changeSetting({ page, look }: Walk): Promise<void> {
  await goToSettings(page, 'Uploads')
  await look('uploads')
  await typeInto(page, 'Largest file', '7.5')
  await page.keyboard.press('Enter')
  await page.getByText('Saved').waitFor()
  await press(page, 'Reset to 100 MB: Largest file')
  await expect.poll(() => page.getByLabel('Largest file', { exact: true }).inputValue()).toBe('100')
}

/** A link is deleted after the backup, and comes back. */
export async function backUpAndRestore({ page, look }: Walk, code: string): Promise<void> {
  await goToSettings(page, 'Backups')
  await press(page, 'Back up now')
  await page.getByRole('list', { name: 'Backups' }).getByRole('listitem').first().waitFor()
  await look('backups')
  await deleteLink(page, code)
  await goToSettings(page, 'Backups')
  await press(page, /^Restore (Everybody|Your links)/)
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await look('restore')
  await press(page, 'See what happens', dialog)
  await dialog.getByText('1 link comes back').waitFor()
  await look('what a restore would do')
  await press(page, 'Restore', dialog)
  await dialog.getByText('1 link came back.').waitFor()
  await look('what a restore did')
  await press(page, 'Done', dialog)
  await dialog.waitFor({ state: 'detached' })
}

async function deleteLink(page: Page, code: string): Promise<void> {
  const panel = await openPanel(page, code)
  await press(page, 'Delete', panel)
  await page.getByText(`/${code} deleted`).waitFor()
}

/** `current`: undefined in the window, which does not ask for it. */
export async function changePassword({ page, look }: Walk, current: string | undefined, wanted: string): Promise<void> {
  await goToSettings(page, 'You')
  await look('profile')
  if (current !== undefined) await typeInto(page, 'Current password', current)
  await typeInto(page, 'New password', wanted)
  await typeInto(page, 'New password again', wanted)
  await page.keyboard.press('Enter')
}

const hasFocus = (control: Locator): Promise<boolean> =>
  control.first().evaluate(element => element === document.activeElement)
