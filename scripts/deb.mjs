#!/usr/bin/env node
/**
 * Makes a Debian package with `dpkg-deb` out of the arguments that electron-builder has for fpm, a tool that it would
 * download: `--name`, `--version` and so on, `-d DEPENDENCY`, and `SOURCE=TARGET` for every file or folder.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

const text = /** @type {const} */ ({ type: 'string' })
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    source: { ...text, short: 's' },
    type: { ...text, short: 't' },
    depends: { ...text, short: 'd', multiple: true },
    'deb-recommends': { ...text, multiple: true },
    force: { type: 'boolean' },
    'deb-compression': { ...text, default: 'xz' },
    'deb-priority': { ...text, default: 'optional' },
    architecture: { ...text, default: 'all' },
    'after-install': text,
    'after-remove': text,
    category: { ...text, default: 'misc' },
    description: { ...text, default: '' },
    license: text,
    maintainer: { ...text, default: '' },
    name: { ...text, default: '' },
    package: { ...text, default: '' },
    url: { ...text, default: '' },
    vendor: text,
    version: { ...text, default: '' },
  },
})

const stage = mkdtempSync(join(tmpdir(), 'trunk8-deb-'))
try {
  chmodSync(stage, 0o755)
  for (const pair of positionals) stageFiles(pair)
  writeControl()
  const compression = `-Z${values['deb-compression']}`
  execFileSync('dpkg-deb', ['--root-owner-group', compression, '--build', stage, values.package], { stdio: 'inherit' })
} finally {
  rmSync(stage, { recursive: true, force: true })
}

/** @param {string} pair `SOURCE=TARGET`; a source that ends with a slash stands for what is in it */
function stageFiles(pair) {
  const [source = '', target = ''] = pair.split('=')
  const path = join(stage, target)
  mkdirSync(dirname(path), { recursive: true })
  if (statSync(source).isDirectory()) return cpSync(source, path, { recursive: true, verbatimSymlinks: true })
  copyFileSync(source, path)
  chmodSync(path, 0o644)
}

function writeControl() {
  const folder = join(stage, 'DEBIAN')
  mkdirSync(folder)
  const kilobytes = execFileSync('du', ['--summarize', '--block-size=1K', stage], { encoding: 'utf8' }).split('\t')[0]
  const fields = {
    Package: values.name,
    Version: values.version,
    Architecture: values.architecture,
    Maintainer: values.maintainer,
    'Installed-Size': kilobytes,
    Depends: values.depends?.join(', '),
    Recommends: values['deb-recommends']?.join(', '),
    Section: values.category,
    Priority: values['deb-priority'],
    Homepage: values.url,
    Description: values.description.trim().replace(/\n\s*/g, '\n '),
  }
  const lines = Object.entries(fields).filter(([, value]) => value)
  writeFileSync(join(folder, 'control'), `${lines.map(([name, value]) => `${name}: ${value}`).join('\n')}\n`)
  const scripts = { postinst: values['after-install'], postrm: values['after-remove'] }
  for (const [name, source] of Object.entries(scripts)) {
    if (!source) continue
    copyFileSync(source, join(folder, name))
    chmodSync(join(folder, name), 0o755)
  }
}
