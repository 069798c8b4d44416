import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The renderer: one page for the desktop window and for browsers on the network. */
export default defineConfig({
  root: 'src-renderer',
  publicDir: false,
  plugins: [react()],
  build: {
    target: 'chrome130',
    assetsDir: 'static',
    // The page's security policy allows neither inline scripts nor data: addresses.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    emptyOutDir: true,
  },
})
