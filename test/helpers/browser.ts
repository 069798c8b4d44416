/**
 * A real Chromium looking at a real server that serves the built UI. Everything ends with `stop`.
 */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { startTestServer, type TestServer, type TestServerOptions } from './server.ts'

const uiDir = join(import.meta.dirname, '../../dist/renderer')

export interface Web {
  readonly server: TestServer
  readonly browser: Browser
  /** A page of a browser of its own, with nobody signed in. */
  open(path?: string, options?: BrowserContextOptions): Promise<Page>
  /** The same, signed in as the admin. */
  openSignedIn(path?: string, options?: BrowserContextOptions): Promise<Page>
  /** What the pages did that they must not: requests to elsewhere, breaches of the security policy, script errors. */
  readonly faults: readonly string[]
  stop(): Promise<void>
}

interface WebOptions extends TestServerOptions {
  /** More of Chromium's own switches. */
  readonly browserArgs?: readonly string[]
}

export async function startWeb({ browserArgs = [], ...options }: WebOptions = {}): Promise<Web> {
  await access(join(uiDir, 'index.html')).catch(() => {
    throw new Error('The UI is not built: node scripts/build.mjs renderer')
  })
  const server = await startTestServer({ uiDir, ...options })
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--font-render-hinting=none', ...browserArgs],
  })
  const faults: string[] = []

  async function open(path = '/', given: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1100, height: 720 }, ...given })
    const page = await context.newPage()
    watch(page, server, faults)
    await page.goto(server.url + path)
    return page
  }
  async function openSignedIn(path = '/', given: BrowserContextOptions = {}): Promise<Page> {
    const page = await open('/', given)
    await signIn(page, server.adminPassword)
    if (path !== '/') await page.goto(server.url + path)
    return page
  }
  return {
    server,
    browser,
    open,
    openSignedIn,
    faults,
    async stop() {
      await browser.close()
      await server.stop()
    },
  }
}

/** Through the sign-in page, as a person would. */
export async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()
}

function watch(page: Page, server: TestServer, faults: string[]): void {
  page.on('request', request => {
    // Chromium shows a PDF in a viewer of its own.
    if (!request.url().startsWith(server.url) && !/^chrome(-extension)?:/.test(request.url()))
      faults.push(`request to ${request.url()}`)
  })
  page.on('pageerror', error => faults.push(`script error: ${error.message}`))
  page.on('console', message => {
    if (/Content Security Policy|violat/i.test(message.text())) faults.push(message.text())
  })
}
