import { expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { launchApp } from '../helpers/app.ts'

test('a preview of Markdown in the window has the page’s styles and runs no script', async () => {
  const app = await launchApp()
  const { path, method } = api.markdown.preview
  await app.page.evaluate(
    async ({ path, method }) => {
      const body = JSON.stringify({ content: '# Hi\n\n<script>document.title = "ran"</script>\n\n    code' })
      const reply = await fetch(path, { method, body, headers: { 'Content-Type': 'application/json' } })
      const { page } = (await reply.json()) as { page: string }
      const policy = (window as unknown as { trustedTypes: TrustedTypes }).trustedTypes.createPolicy('preview-test', {
        createHTML: text => text,
      })
      const frame = document.createElement('iframe')
      frame.sandbox.value = ''
      frame.id = 'preview'
      await new Promise(resolve => {
        frame.onload = resolve
        frame.srcdoc = policy.createHTML(page)
        document.body.prepend(frame)
      })
    },
    { path, method },
  )

  const inside = app.page.frameLocator('#preview')

  expect(await inside.locator('h1').textContent()).toBe('Hi')
  const read = (name: 'borderRadius' | 'backgroundColor', of: string) =>
    inside.locator(of).evaluate((element, key) => getComputedStyle(element)[key], name)
  expect(await read('borderRadius', 'pre')).toBe('8px')
  expect(await inside.locator('link').count()).toBe(2)
  expect(await app.page.title()).not.toBe('ran')
})

interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML: (text: string) => string }): { createHTML(text: string): string }
}
