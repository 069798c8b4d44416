/** What a server without a screen gets: the folder of `npm run deploy`, and the Dockerfile that makes the same. */
import { execFile } from 'node:child_process'
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { freePort, type HeadlessRun, nobody, runHeadless } from '../helpers/headless.ts'

const root = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

describe.skipIf(process.platform !== 'linux')('the folder for a server without a screen', () => {
  let folder: string

  beforeAll(async () => {
    const base = await makeFolder()
    folder = join(base, 'app')
    await run(process.execPath, [join(root, 'scripts/deploy.mjs'), folder])
    return () => rm(base, { recursive: true, force: true })
  })

  test('holds the server, the interface and the packages that hash, and neither Electron nor anything of the build', async () => {
    expect((await readdir(folder)).sort()).toEqual(['dist', 'node_modules', 'package.json'])
    expect((await readdir(join(folder, 'dist'))).sort()).toEqual(['renderer', 'server'])
    expect(await readdir(join(folder, 'node_modules'))).toEqual(['@node-rs'])
    expect(
      (await readdir(join(folder, 'node_modules', '@node-rs'))).filter(name => !/^(argon2|bcrypt)(-|$)/.test(name)),
    ).toEqual([])
  })

  test('runs as a user without rights, who may write the data folder alone, and ends with 0 when told to', async () => {
    const dataDir = await makeOwnFolder()
    const started = await start(join(folder, 'dist/server/headless.js'), dataDir)
    const url = await started.ready

    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect(await (await fetch(url)).text()).toContain('<div id="root">')
    const password = /^The admin password is (\S+)/m.exec(started.out())?.[1] ?? ''
    expect(await signIn(url, password)).toBe(200)
    started.child.kill('SIGTERM')
    expect(await started.ended).toBe(0)
  })

  test('the service of systemd runs just that command', async () => {
    const unit = await readFile(join(root, 'resources/systemd/trunk8.service'), 'utf8')
    const [, program, file, ...args] = /^ExecStart=(\S+) (\S+) (.+)$/m.exec(unit) ?? []
    expect([program, file, args]).toEqual([
      '/usr/bin/node',
      '/opt/trunk8/dist/server/headless.js',
      ['--data-dir %S/trunk8'],
    ])
  })

  test('the Dockerfile’s own steps make the same folder out of what it copies, and its command serves', async () => {
    const { copies, steps, entrypoint, health } = readDockerfile(
      await readFile(join(root, 'resources/docker/Dockerfile'), 'utf8'),
    )
    const base = await makeFolder()
    const build = join(base, 'build')
    for (const { sources, target } of copies) {
      for (const source of sources) {
        const isFolder = sources.length === 1 && !source.includes('.')
        await cp(join(root, source), isFolder ? join(build, target) : join(build, target, source), { recursive: true })
      }
    }
    // In place of the npm install: the same packages, which are here.
    await symlink(join(root, 'node_modules'), join(build, 'node_modules'))
    expect(steps).toEqual([
      'npm install --no-save --ignore-scripts --no-audit --no-fund',
      'node scripts/deploy.mjs /app',
    ])
    await run(process.execPath, ['scripts/deploy.mjs', join(base, 'app')], { cwd: build })

    expect(entrypoint).toEqual(['node', '/app/dist/server/headless.js', '--data-dir', '/data'])
    const started = await start(join(base, 'app/dist/server/headless.js'), await makeOwnFolder())
    const url = await started.ready
    expect(health.slice(0, 2)).toEqual(['node', '-e'])
    const check = (port: string) => run(process.execPath, health.slice(1), { env: { TRUNK8_PORT: port } })
    await check(new URL(url).port)
    await expect(check(String(await freePort()))).rejects.toMatchObject({ code: 1 })
    started.child.kill('SIGTERM')
    expect(await started.ended).toBe(0)
  })
})

interface Dockerfile {
  /** Of the first stage. */
  readonly copies: readonly { readonly sources: readonly string[]; readonly target: string }[]
  readonly steps: readonly string[]
  readonly entrypoint: readonly string[]
  readonly health: readonly string[]
}

function readDockerfile(text: string): Dockerfile {
  const lines = text.replaceAll('\\\n', ' ').split('\n')
  const stage = lines.slice(
    0,
    lines.findLastIndex(line => line.startsWith('FROM ')),
  )
  const argumentsOf = (word: string, among = lines) =>
    among.filter(line => line.startsWith(`${word} `)).map(line => line.slice(word.length).trim())
  const json = (line = '') => JSON.parse(line.slice(line.indexOf('[')))
  return {
    copies: argumentsOf('COPY', stage).map(line => {
      const words = line.split(/\s+/)
      return { sources: words.slice(0, -1), target: words.at(-1) ?? '' }
    }),
    steps: argumentsOf('RUN', stage),
    entrypoint: json(argumentsOf('ENTRYPOINT')[0]),
    health: json(argumentsOf('HEALTHCHECK')[0]),
  }
}

async function start(file: string, dataDir: string): Promise<HeadlessRun> {
  const args = ['--data-dir', dataDir, '--host', '127.0.0.1', '--port', String(await freePort())]
  const started = runHeadless({ file, args, cwd: dataDir, isUnprivileged: true })
  onTestFinished(async () => {
    started.child.kill('SIGKILL')
    await started.ended
  })
  return started
}

/** For all to enter; removed by who made it. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trunk8-headless-'))
  await chmod(folder, 0o755)
  return folder
}

/** The unprivileged user's own. */
async function makeOwnFolder(): Promise<string> {
  const base = await makeFolder()
  onTestFinished(() => rm(base, { recursive: true, force: true }))
  const folder = join(base, 'data')
  await mkdir(folder)
  if (process.getuid?.() === 0) await chown(folder, nobody.uid, nobody.gid)
  return folder
}

async function signIn(url: string, password: string): Promise<number> {
  const body = JSON.stringify({ password })
  const headers = { 'Content-Type': 'application/json' }
  return (await fetch(`${url}/auth/login`, { method: 'POST', headers, body })).status
}
