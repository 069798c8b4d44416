import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { areThere } from '../helpers/programs.ts'
import { type SamlServer, startSamlServer } from '../helpers/saml.ts'
import { simpleSamlPrograms } from '../helpers/simplesaml.ts'

/**
 * SAML in a real browser: the provider's page posts its answer across sites, where a browser sends no cookie of ours
 * along, and the next station gets them. `localhost` and `127.0.0.1` are two sites.
 */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

describe.skipIf(!areThere(...simpleSamlPrograms, executablePath))('a real browser', () => {
  let saml: SamlServer
  let browser: Browser

  beforeAll(async () => {
    saml = await startSamlServer()
    await saml.useProvider()
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] })
  })
  afterAll(async () => {
    await browser.close()
    await saml.server.stop()
  })

  async function signIn(page: Page, name: string): Promise<void> {
    await page.goto(`${saml.server.url}/auth/saml?next=/healthz`)
    await page.locator('input[name=username]').fill(name)
    await page.locator('input[name=password]').fill(`${name}pw`)
    await page.locator('button[type=submit], input[type=submit]').first().click()
  }

  async function whoIs(context: BrowserContext): Promise<string | undefined> {
    const reply = await context.request.get(`${saml.server.url}${api.sessions.get.path}`)
    return reply.ok() ? api.sessions.get.output.parse(await reply.json()).user.username : undefined
  }

  test('comes back from the provider signed in', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const posts: (string | undefined)[] = []
    page.on('request', async request => {
      if (request.url().endsWith('/auth/saml/acs')) posts.push((await request.allHeaders()).cookie)
    })
    await signIn(page, 'alice')
    await page.waitForURL(`${saml.server.url}/healthz`)
    expect(await whoIs(context)).toBe('alice')
    expect(posts).toEqual([undefined])
    await context.close()
  })

  test('is not signed in by a page of another site that posts somebody else’s answer', async () => {
    const attacker = await browser.newContext()
    const theirs = await attacker.newPage()
    // The attacker keeps the answer that was meant for their own browser.
    await theirs.route('**/auth/saml/acs', route => route.abort())
    const posted = theirs.waitForRequest('**/auth/saml/acs')
    await signIn(theirs, 'evil')
    const body = new URLSearchParams((await posted).postData() ?? '')

    const victim = await browser.newContext()
    const page = await victim.newPage()
    await page.goto(`${saml.idp.url}/resources/default.css`)
    await page.setContent(
      `<form method="post" action="${saml.server.url}/auth/saml/acs"><input name="SAMLResponse"><button>Win</button></form>`,
    )
    await page.locator('input').fill(body.get('SAMLResponse') ?? '')
    await page.getByRole('button').click()
    await page.getByText('This sign-in was not begun in this browser').waitFor()
    expect(await whoIs(victim)).toBeUndefined()
    await Promise.all([attacker.close(), victim.close()])
  })
})
