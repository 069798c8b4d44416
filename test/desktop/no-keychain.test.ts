import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLink, followLink, launchApp } from '../helpers/app.ts'

const noBus = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }

test('without a keychain the app starts all the same, says so, and keeps the password in a file of this user', async () => {
  const app = await launchApp({ env: noBus })

  const { secretStore, isPasswordUnseen } = await app.status()
  expect(secretStore.kind).toBe('plain-file')
  expect(secretStore.problem).toMatch(/cannot use the keychain/)
  expect(isPasswordUnseen).toBe(true)
  await app.page
    .getByText(secretStore.problem ?? '')
    .first()
    .waitFor()
  const code = await createLink(app, 'https://example.com/serves')
  expect(await followLink(app.port, code)).toBe('https://example.com/serves')
  expect((await stat(join(app.userDataDir, 'secrets.toml'))).mode & 0o777).toBe(0o600)
})

test('a keychain that comes back takes the password over, and the file goes', async () => {
  const before = await launchApp({ env: noBus })
  const password = await before.invoke('showAdminPassword')
  await before.quit()

  const after = await launchApp({ dataDir: before.dataDir, userDataDir: before.userDataDir })

  expect((await after.status()).secretStore).toEqual({ kind: 'keychain' })
  expect(await after.invoke('showAdminPassword')).toEqual(password)
  await expect(stat(join(after.userDataDir, 'secrets.toml'))).rejects.toThrow('ENOENT')
  await after.quit()

  // Gone once more, it is missed: another password stands in, and the first is back with the keychain.
  const without = await launchApp({ dataDir: before.dataDir, userDataDir: before.userDataDir, env: noBus })
  expect(await without.invoke('showAdminPassword')).not.toEqual(password)
  await without.quit()
  const again = await launchApp({ dataDir: before.dataDir, userDataDir: before.userDataDir })
  expect(await again.invoke('showAdminPassword')).toEqual(password)
})

test('files of the app that cannot be read are put aside, and the app starts', async () => {
  const first = await launchApp({ env: noBus })
  await first.quit()
  await writeFile(join(first.userDataDir, 'secrets.toml'), 'admin_password = "cut of')
  await writeFile(join(first.userDataDir, 'preferences.toml'), 'window = [')

  const app = await launchApp({ dataDir: first.dataDir, userDataDir: first.userDataDir, env: noBus })

  expect((await app.status()).server).toEqual({ state: 'running' })
  expect(await readFile(join(app.userDataDir, 'secrets.toml.broken'), 'utf8')).toBe('admin_password = "cut of')
  expect(await readFile(join(app.userDataDir, 'preferences.toml.broken'), 'utf8')).toBe('window = [')
})
