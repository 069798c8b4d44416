/** What the build's own plugins make importable; see `scripts/vite-*.mjs`. */
declare module 'virtual:themes' {
  /** Name of a Bootswatch theme → URL of its stylesheet. */
  export const themes: Readonly<Record<string, string>>
}

declare module '*.svg?paths' {
  const paths: readonly { readonly d: string; readonly evenOdd?: boolean }[]
  export default paths
}
