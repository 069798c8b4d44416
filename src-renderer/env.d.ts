/** What the build's own plugins make importable; see `scripts/vite-*.mjs`. */
declare module 'virtual:themes' {
  /** Name of a Bootswatch theme → URL of its stylesheet. */
  export const themes: Readonly<Record<string, string>>
}

declare module 'virtual:theme-colours' {
  /** The colours and corners of a Bootswatch theme, for drawing a small picture of it. */
  export interface ThemeColours {
    readonly page: string
    readonly text: string
    readonly line: string
    readonly primary: string
    readonly success: string
    readonly warning: string
    readonly danger: string
    /** Corners, in CSS pixels. */
    readonly radius: number
  }
  export const themeColours: Readonly<Record<string, ThemeColours>>
}

declare module '*.svg?paths' {
  const paths: readonly { readonly d: string; readonly evenOdd?: boolean }[]
  export default paths
}
