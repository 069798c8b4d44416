import { expect, test, vi } from 'vitest'
import { deadline, launchApp, type TestApp } from '../helpers/app.ts'

/** What a page under the pen may try: each of these would act as the owner of this computer, if the door let it in. */
const attempts = `<!doctype html><p id="state">running</p><script>
  const form = new FormData()
  form.set('code', 'planted')
  form.set('file', new Blob(['x']), 'planted.txt')
  const json = new Blob([JSON.stringify({ type: 'redirect', url: 'https://example.com/', code: 'planted-too' })])
  const tries = [
    () => fetch('app://trunk8/api/v1/links', { method: 'POST', mode: 'no-cors', body: form }),
    () => fetch('app://trunk8/api/v1/links', { method: 'POST', mode: 'no-cors', body: json }),
    () => fetch('app://trunk8/api/v1/links', { method: 'POST', headers: { 'X-Trunk8-CSRF': '' }, body: form }),
    () => fetch('app://trunk8/api/v1/links').then(reply => reply.text()).then(text => { throw new Error('read ' + text) }),
    () => navigator.sendBeacon('app://trunk8/api/v1/links', form),
  ]
  const outcomes = Promise.all(tries.map(it => Promise.resolve().then(it).then(() => 'sent', error => String(error.message))))
  outcomes.then(all => { state.textContent = JSON.stringify(all) })
</script>`

test('a hostile page in the editor’s preview changes and reads nothing through the window’s door', async () => {
  const app = await launchApp()
  await app.page.evaluate(() => {
    location.hash = '/new?kind=html'
  })
  await app.page.getByLabel('HTML text').fill(attempts)
  const state = app.page.frameLocator('iframe[title="Preview"]').locator('#state')
  await vi.waitFor(async () => expect(await state.textContent()).toMatch(/^\[/), deadline)

  expect(JSON.parse((await state.textContent()) ?? '').join()).not.toContain('read ')
  expect(await listCodes(app)).toEqual([])
})

/** As the window itself sees them, once everything that was sent before is answered. */
function listCodes({ page }: TestApp): Promise<string[]> {
  return page.evaluate(async () => {
    const reply = await fetch('/api/v1/links')
    const { items } = (await reply.json()) as { items: { code: string }[] }
    return items.map(({ code }) => code)
  })
}
