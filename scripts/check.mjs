/** `npm run check`: types, lint and format, dead code. Says what fails and ends with 1 if anything does. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './bundles.mjs'
import { ensurePackages, orFailInOneLine, requireNode } from './setup.mjs'

const projects = ['src-server', 'src-main', 'src-main/tsconfig.preload.json', 'src-renderer', 'test', 'scripts']

const checks = [
  ...projects.map(project => ({ name: `types of ${project}`, command: ['tsc', '-p', project] })),
  { name: 'lint and format', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
  {
    name: 'code that only tests use',
    command: ['knip', '--no-progress', '--production', '--include', 'files,exports,types'],
  },
]

/** Runs every check, prints what the failing ones say, and counts those. @returns {number} */
export function check() {
  let failed = 0
  for (const { name, command } of checks) {
    const [tool = '', ...args] = command
    const bin = join(root, 'node_modules', '.bin', tool)
    const { status, stdout, stderr } = spawnSync(bin, args, {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    })
    console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`)
    if (status === 0) continue
    failed += 1
    process.stdout.write(`${stdout}${stderr}`)
  }
  return failed
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await orFailInOneLine(async () => {
    await requireNode()
    await ensurePackages(console.log)
    process.exitCode = check() === 0 ? 0 : 1
  })
}
