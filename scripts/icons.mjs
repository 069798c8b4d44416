/**
 * Draws every icon of the app out of `resources/icon.svg` and the tray's three states below, with Debian's Chromium.
 * To be run after a change of either; what it makes is committed.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { root } from './bundles.mjs'

const folder = join(root, 'resources')
/** macOS leaves a margin of a tenth around the shape that other systems fill. */
const macMargin = 100

/** @typedef {{ png: Buffer, rgba: Buffer, size: number }} Picture its raw pixels only up to 64 px */
/** @typedef {(svg: string, size: number) => Promise<Picture>} Draw */

const blue = '#0271bd'
const grey = '#6b7280'
const states = {
  on: {
    ground: blue,
    hole: '<circle cx="12.5" cy="12.5" r="4.5"/>',
    mark: '<circle cx="12.5" cy="12.5" r="3" fill="#2e9e3f"/>',
  },
  off: { ground: grey, hole: '', mark: '' },
  problem: { ground: blue, hole: '<path d="M8.5 8.5h8v8h-8z"/>', mark: '<path d="M10 10h6v6h-6z" fill="#d1420f"/>' },
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
try {
  const page = await browser.newPage()
  await drawAll((svg, size) => draw(page, svg, size))
} finally {
  await browser.close()
}

/** @param {Draw} draw */
async function drawAll(draw) {
  const app = await readFile(join(folder, 'icon.svg'), 'utf8')
  // A thin line and half a pixel of margin would be a blur at sizes this small.
  const bold = app
    .replace('stroke-width="72"', 'stroke-width="104"')
    .replace('viewBox="0 0 1024 1024"', 'viewBox="32 32 960 960"')
  /** @param {number} size */
  const drawApp = size => draw(size > 48 ? app : bold, size)
  await rm(join(folder, 'icons'), { recursive: true, force: true })
  await mkdir(join(folder, 'icons'), { recursive: true })
  for (const size of [16, 24, 32, 48, 64, 128, 256, 512, 1024]) {
    await writeFile(join(folder, 'icons', `${size}x${size}.png`), (await drawApp(size)).png)
  }
  await writeFile(join(folder, 'icon.png'), (await drawApp(256)).png)
  await writeFile(join(folder, 'icon.ico'), packIco(await Promise.all([16, 24, 32, 48, 64, 128, 256].map(drawApp))))
  await writeFile(join(folder, 'icon.icns'), await packIcns(app, draw))
  await drawTray(draw)
}

/** @param {Draw} draw */
async function drawTray(draw) {
  await mkdir(join(folder, 'tray'), { recursive: true })
  for (const [name, state] of Object.entries(states)) {
    const colour = trayIcon(state)
    // Black and clear: macOS paints it as its menu bar needs. Off is faint there.
    const template = trayIcon(
      {
        ...state,
        mark: state.mark.replace(/fill="[^"]*"/, 'fill="#000"'),
        ground: name === 'off' ? '#00000080' : '#000',
      },
      true,
    )
    const files = { '-16': 16, '-16@2x': 32, '-32': 32 }
    for (const [suffix, size] of Object.entries(files)) {
      await writeFile(join(folder, 'tray', `${name}${suffix}.png`), (await draw(colour, size)).png)
    }
    await writeFile(join(folder, 'tray', `${name}Template.png`), (await draw(template, 16)).png)
    await writeFile(join(folder, 'tray', `${name}Template@2x.png`), (await draw(template, 32)).png)
  }
}

/** @param {{ ground: string, hole: string, mark: string }} state @param {boolean} [isCut] the arrow is cut out, not white */
function trayIcon({ ground, hole, mark }, isCut = false) {
  const arrow = '<path d="M4.5 10.5 9.75 5.25M5.75 4.75h4.5v4.5" fill="none" stroke-width="1.6" stroke-linecap="square"'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">
    <mask id="m"><path fill="#fff" d="M0 0h16v16H0z"/><g fill="#000">${hole}</g>${isCut ? `${arrow} stroke="#000"/>` : ''}</mask>
    <g mask="url(#m)"><rect width="15" height="15" rx="3.5" fill="${ground}"/>${isCut ? '' : `${arrow} stroke="#fff"/>`}</g>
    ${mark}</svg>`
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} svg
 * @param {number} size
 * @returns {Promise<Picture>}
 */
async function draw(page, svg, size) {
  const { png, rgba } = await page.evaluate(
    async ([source, edge]) => {
      const image = new Image(edge, edge)
      image.src = `data:image/svg+xml,${encodeURIComponent(source)}`
      await image.decode()
      const canvas = document.createElement('canvas')
      canvas.width = canvas.height = edge
      const context = canvas.getContext('2d')
      context?.drawImage(image, 0, 0, edge, edge)
      return {
        png: canvas.toDataURL('image/png').split(',')[1] ?? '',
        rgba: edge > 64 ? [] : [...(context?.getImageData(0, 0, edge, edge).data ?? [])],
      }
    },
    /** @type {const} */ ([svg, size]),
  )
  return { png: Buffer.from(png, 'base64'), rgba: Buffer.from(rgba), size }
}

/** Windows: a directory, then each picture; small ones as bitmaps, which every reader knows. @param {readonly Picture[]} pictures */
function packIco(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  const bodies = pictures.map(picture => (picture.size > 64 ? picture.png : toBitmap(picture)))
  let offset = head.length
  for (const [i, body] of bodies.entries()) {
    const at = 6 + 16 * i
    head.writeUInt8((pictures[i]?.size ?? 0) % 256, at)
    head.writeUInt8((pictures[i]?.size ?? 0) % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(body.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += body.length
  }
  return Buffer.concat([head, ...bodies])
}

/** BITMAPINFOHEADER, rows from the bottom in BGRA, and an empty mask. @param {Picture} picture */
function toBitmap({ rgba, size }) {
  const head = Buffer.alloc(40)
  head.writeUInt32LE(40, 0)
  head.writeInt32LE(size, 4)
  head.writeInt32LE(size * 2, 8)
  head.writeUInt16LE(1, 12)
  head.writeUInt16LE(32, 14)
  const rows = Array.from({ length: size }, (_, row) => rgba.subarray(row * size * 4, (row + 1) * size * 4))
  const pixels = Buffer.concat(rows.reverse())
  for (let at = 0; at < pixels.length; at += 4) pixels.subarray(at, at + 3).reverse()
  return Buffer.concat([head, pixels, Buffer.alloc(Math.ceil(size / 32) * 4 * size)])
}

/** macOS: `icns`, length, then type, length and PNG of each. @param {string} svg @param {Draw} draw */
async function packIcns(svg, draw) {
  const from = -macMargin
  const padded = svg.replace(
    'viewBox="0 0 1024 1024"',
    `viewBox="${from} ${from} ${1024 + 2 * macMargin} ${1024 + 2 * macMargin}"`,
  )
  const types = { ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 }
  const parts = []
  for (const [type, size] of Object.entries(types)) {
    const { png } = await draw(padded, size)
    parts.push(icnsHead(type, png.length), png)
  }
  return Buffer.concat([
    icnsHead(
      'icns',
      parts.reduce((sum, part) => sum + part.length, 0),
    ),
    ...parts,
  ])
}

/** @param {string} type @param {number} length of what follows */
function icnsHead(type, length) {
  const head = Buffer.alloc(8)
  head.write(type)
  head.writeUInt32BE(length + 8, 4)
  return head
}
