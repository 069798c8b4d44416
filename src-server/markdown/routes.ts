import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import { serve } from '../http/serve.ts'
import type { Markdown } from './markdown.ts'

export function markdownRoutes(router: Router, { markdown }: { readonly markdown: Markdown }): void {
  serve(router, api.markdown.preview, async ({ content, title }, { username }) => ({
    page: await markdown.preview(content, title, username),
  }))
}
