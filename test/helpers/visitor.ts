/**
 * A browser without a window: keeps cookies for each host name (whatever the port, as browsers do), follows redirects,
 * and sends forms. `SameSite=Lax` holds: what another site posts comes without our cookies.
 */
export interface Visitor {
  /** Cookies that go along, name → value. */
  cookiesOf(url: string): Map<string, string>
  /** One request; `from` is the site that it is sent from, ours where left out. */
  ask(url: string, options?: AskOptions): Promise<Page>
  /** Follows redirects until there is a page, or `until` says that it is far enough. */
  follow(page: Page, until?: (url: string) => boolean): Promise<Page>
  /** Sends the first form of a page, with these fields over its own. */
  submit(page: Page, fields?: Readonly<Record<string, string>>): Promise<Page>
}

export interface AskOptions {
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

export interface Page {
  /** What was asked for. */
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Where a redirect leads to. */
  readonly location: string | undefined
}

export function createVisitor(): Visitor {
  const jars = new Map<string, Map<string, string>>()

  function cookiesOf(url: string): Map<string, string> {
    const { hostname } = new URL(url)
    const jar = jars.get(hostname) ?? new Map<string, string>()
    jars.set(hostname, jar)
    return jar
  }

  async function ask(url: string, { form, headers = {} }: AskOptions = {}): Promise<Page> {
    const jar = cookiesOf(url)
    const isForeign = form !== undefined && headers.Origin !== undefined && headers.Origin !== new URL(url).origin
    const cookie = isForeign ? '' : [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { Accept: 'text/html', ...(cookie && { Cookie: cookie }), ...headers },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const line of response.headers.getSetCookie()) keep(jar, line)
    const location = response.headers.get('location') ?? undefined
    return {
      ...{ url, status: response.status, headers: response.headers, text: await response.text() },
      location: location && new URL(location, url).href,
    }
  }

  async function follow(page: Page, until: (url: string) => boolean = () => false): Promise<Page> {
    if (page.location === undefined || until(page.location)) return page
    return follow(await ask(page.location), until)
  }

  return {
    cookiesOf,
    ask,
    follow,
    submit(page, fields = {}) {
      const { action, values } = readForm(page.text)
      const headers = { Origin: new URL(page.url).origin }
      return ask(new URL(action, page.url).href, { form: { ...values, ...fields }, headers })
    },
  }
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';')
  const [name = '', ...value] = pair.split('=')
  const expires = attributes.map(it => /^\s*expires=(.*)$/i.exec(it)?.[1]).find(it => it !== undefined)
  const isOver = value.join('=') === '' || (expires !== undefined && Date.parse(expires) <= Date.now())
  if (isOver) jar.delete(name)
  else jar.set(name, value.join('='))
}

/** The first form of a page: where it goes, and what it holds already. */
export function readForm(html: string): { readonly action: string; readonly values: Record<string, string> } {
  const form = /<form\b[\s\S]*?<\/form>/i.exec(html)?.[0] ?? ''
  const attribute = (tag: string, name: string) =>
    readEntities(new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1] ?? '')
  const values = [...form.matchAll(/<input\b[^>]*>/gi)].map(([tag]) => [
    attribute(tag, 'name'),
    attribute(tag, 'value'),
  ])
  return { action: attribute(form, 'action'), values: Object.fromEntries(values.filter(([name]) => name !== '')) }
}

const readEntities = (text: string): string =>
  text.replace(/&(amp|quot|lt|gt|#x?[0-9a-f]+);/gi, (_, name: string) => entities[name] ?? numbered(name))
const entities: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>' }
const numbered = (name: string) =>
  String.fromCodePoint(/^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)))
