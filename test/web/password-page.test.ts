import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { signIn, startWeb, type Web } from '../helpers/browser.ts'
import { upload, usersToml } from '../helpers/files.ts'

const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 }
const looks = { ...phone, bypassCSP: true, reducedMotion: 'reduce' } as const

let web: Web
/** Somebody else's server, that a redirect leads to. */
let elsewhere: Server

beforeAll(async () => {
  elsewhere = createServer((_, reply) => reply.setHeader('Content-Type', 'text/html').end('<h1>Elsewhere</h1>'))
  await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
  web = await startWeb({
    config: '[server]\nname = "Studio Lindqvist"\n',
    files: { 'users/users.toml': `${usersToml({ bob: 'the password of bob' })}display_name = "Bob Berg"\n` },
  })
  const admin = await web.server.as()
  const password = 'open sesame'
  await upload(admin, 'Floor plan.txt', 'the plan', { code: 'café', password })
  await upload(admin, 'Once.txt', 'once only', { code: 'once', maxVisits: '1' })
  await upload(admin, 'Tune.wav', silence(), { code: 'tune', password })
  const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`
  await admin.call(api.links.create, { type: 'redirect', code: 'away', url, password })
  await admin.call(api.links.create, { type: 'markdown', code: 'page', content: '# Inside', password })
})
afterAll(async () => {
  await web.stop()
  elsewhere.close()
})

async function type(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Open' }).click()
}

async function expectToFit(page: Page): Promise<void> {
  const spill = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(spill).toBeLessThanOrEqual(0)
}

/** A recording of a minute (RIFF, 8 bits, mono). */
function silence(): Buffer {
  const samples = Buffer.alloc(8000 * 60, 128)
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(8000, 24)
  head.writeUInt32LE(8000, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples.length, 40)
  return Buffer.concat([head, samples])
}

test('on a phone a wrong password is told, and the right one brings the file', async () => {
  const page = await web.open('/café', phone)
  await page.getByRole('heading', { name: 'This link asks for a password' }).waitFor()
  await expectToFit(page)
  await type(page, 'nope')
  await page.getByRole('alert').getByText('That’s not it').waitFor()
  await expectToFit(page)
  const download = page.waitForEvent('download')
  await type(page, 'open sesame')
  const file = await download
  expect(file.suggestedFilename()).toBe('Floor plan.txt')
  expect(await readFile(await file.path(), 'utf8')).toBe('the plan')
})

test('somebody who is signed in as another user gets in by the same page', async () => {
  const page = await web.open('/', phone)
  await page.getByLabel('User name').fill('bob')
  await signIn(page, 'the password of bob')
  await page.goto(`${web.server.url}/page`)
  await type(page, 'open sesame')
  await page.getByRole('heading', { name: 'Inside' }).waitFor()
  await page.goto(`${web.server.url}/page+`)
  await page.getByRole('link', { name: 'Open' }).waitFor()
})

test('the form leads on to a redirect’s target on another server', async () => {
  const page = await web.open('/away', phone)
  await type(page, 'open sesame')
  await page.getByRole('heading', { name: 'Elsewhere' }).waitFor()
})

test.each(['light', 'dark'] as const)('axe finds nothing on the pages before a link, %s', async colorScheme => {
  const page = await web.open('/café', { ...looks, colorScheme })
  await expectAxeFindsNothing(page, 'the password page')
  await type(page, 'nope')
  await page.getByRole('alert').waitFor()
  await expectAxeFindsNothing(page, 'a wrong password')
  await page.goto(`${web.server.url}/once`)
  await expectAxeFindsNothing(page, 'a link that opens once')
})

test('a recording plays in the browser, whose player asks for it by itself', async () => {
  const page = await web.open('/tune?inline=1', phone)
  const statuses: number[] = []
  page.on('response', reply => void (reply.request().method() === 'GET' && statuses.push(reply.status())))
  await type(page, 'open sesame')
  await expect.poll(() => statuses.filter(status => status === 206).length).toBeGreaterThan(0)
  expect(statuses).not.toContain(401)
})

test('a link that opens once brings its file by one click, and then is no more', async () => {
  const page = await web.open('/once', phone)
  await expectToFit(page)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  expect(await readFile(await (await download).path(), 'utf8')).toBe('once only')
  const other = await web.open('/once', phone)
  await other.getByRole('heading', { name: 'There’s no link called once' }).waitFor()
})

test('nothing broke the pages’ security policy', () => {
  expect(web.faults.filter(fault => !fault.startsWith('request to '))).toEqual([])
})
