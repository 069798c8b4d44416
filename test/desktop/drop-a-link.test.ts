import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { deadline, dropFiles, followLink, launchApp, makeFolder, type TestApp } from '../helpers/app.ts'

test('an address that is dropped on the window becomes a short link, and that link is on the clipboard', async () => {
  const app = await launchApp()
  const target = 'https://example.com/schedule?day=2#top'

  await dropAddress(app, target)

  await vi.waitFor(async () => expect(await app.clipboard()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\w+$/), deadline)
  const code = new URL(await app.clipboard()).pathname.slice(1)
  expect(await followLink(app.port, code)).toBe(target)
  await app.page.getByText('Goes to example.com/schedule').first().waitFor()
})

test('a folder that is dropped is refused in words, and the files beside it are shared', async () => {
  const folder = await makeFolder('drop')
  await mkdir(join(folder, 'Holiday pictures'))
  await writeFile(join(folder, 'plan.txt'), 'one')
  const app = await launchApp()

  await dropFiles(app, [join(folder, 'Holiday pictures'), join(folder, 'plan.txt')])

  await app.page.getByText('Holiday pictures is a folder. Drop the files inside it instead').first().waitFor()
  await vi.waitFor(async () => expect(await app.clipboard()).toMatch(/^http:/), deadline)
  const reply = await vi.waitFor(async () => {
    const answer = await fetch(await app.clipboard())
    expect(answer.status).toBe(200)
    return answer
  }, deadline)
  expect(await reply.text()).toBe('one')
})

async function dropAddress({ page }: TestApp, address: string): Promise<void> {
  await page.getByRole('region', { name: 'Share something' }).waitFor()
  const protocol = await page.context().newCDPSession(page)
  const items = [{ mimeType: 'text/uri-list', data: address }]
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await protocol.send('Input.dispatchDragEvent', { type, x: 640, y: 400, data: { items, dragOperationsMask: 1 } })
  }
  await protocol.detach()
}
