import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { bootswatch } from './scripts/vite-bootswatch.mjs'
import { icons } from './scripts/vite-icons.mjs'
import { themeColours } from './scripts/vite-theme-colours.mjs'

/** The renderer: one page for the desktop window and for browsers on the network. */
export default defineConfig({
  root: 'src-renderer',
  publicDir: false,
  plugins: [react(), bootswatch({ first: 'cerulean' }), icons(), themeColours()],
  build: {
    // Phones on the network are older than the desktop's own Chromium.
    target: 'baseline-widely-available',
    assetsDir: 'static',
    // The page's security policy allows neither inline scripts nor data: addresses.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    emptyOutDir: true,
  },
})
