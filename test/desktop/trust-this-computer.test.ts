/** Security, Encryption, in the window: the person's own browsers come to trust the server, and no longer. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { launchApp, makeFolder } from '../helpers/app.ts'
import { areThere } from '../helpers/programs.ts'

const run = promisify(execFile)

test.skipIf(process.platform !== 'linux' || !areThere('certutil'))(
  '“Trust on this computer” puts the authority among those of the person, and takes it out again',
  async () => {
    const home = await makeFolder('home')
    const app = await launchApp({ env: { HOME: home } })
    const { page } = app
    const listed = async () =>
      (await run('certutil', ['-d', `sql:${home}/.pki/nssdb`, '-L'])).stdout
        .split('\n')
        .filter(line => line.startsWith('Trunk8'))

    await page.getByRole('link', { name: 'Security' }).click()
    await page.getByText('This computer does not trust it yet').waitFor()
    await expectAxeFindsNothing(page)
    await app.takePicture('encryption')
    await page.getByRole('button', { name: 'Trust on this computer' }).click()
    await page.getByText('This computer trusts it').waitFor()
    await app.takePicture('encryption-trusted')
    expect(await listed()).toEqual([expect.stringMatching(/^Trunk8 [0-9A-F]{40}\s+C,,\s*$/)])

    await page.getByRole('button', { name: 'Stop trusting' }).click()
    await page.getByText('This computer does not trust it yet').waitFor()
    expect(await listed()).toEqual([])
  },
)
