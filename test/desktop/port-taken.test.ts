import { createServer } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { sharing } from '../../src-server/contract/index.ts'
import { createLink, deadline, findFreePort, followLink, launchApp, type TestApp } from '../helpers/app.ts'

test('a port that is taken is named with its holder, and another one is used only when asked for', async () => {
  const port = await findFreePort()
  await holdPort(port)

  const app = await launchApp({ port })

  const status = await readSharing(app)
  expect(status).toMatchObject({
    state: 'failed',
    port,
    problem: { reason: 'port_in_use', process: { pid: process.pid } },
  })
  const detail = status.problem?.detail ?? ''
  expect(detail).toContain(`Port ${port} is taken by`)
  await vi.waitFor(
    async () => expect((await app.tray()).items[0]).toMatchObject({ label: detail, enabled: false }),
    deadline,
  )
  await app.page.getByText(`Port ${port} is taken by`).first().waitFor()

  const other = status.problem?.suggestedPort ?? 0
  await app.page.getByRole('button', { name: `Use ${other}` }).click()
  await vi.waitFor(async () => expect(await readSharing(app)).toMatchObject({ state: 'on', port: other }), deadline)
  const code = await createLink(app, 'https://example.com/moved')
  expect(await followLink(other, code)).toBe('https://example.com/moved')
  await vi.waitFor(async () => expect((await app.tray()).tooltip).toContain(`:${other}`), deadline)

  await app.quit()
  const again = await launchApp({ dataDir: app.dataDir, userDataDir: app.userDataDir })
  expect(await readSharing(again)).toMatchObject({ state: 'on', port: other })
})

async function holdPort(port: number): Promise<void> {
  const server = createServer()
  onTestFinished(() => new Promise<void>(closed => void server.close(() => closed())))
  await new Promise<void>(listening => server.listen(port, '127.0.0.1', listening))
}

async function readSharing({ page }: TestApp) {
  return sharing.get.output.parse(await page.evaluate(async () => (await fetch('/api/v1/sharing')).json()))
}
