import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { findFreePort } from '../helpers/app.ts'

const root = resolve(import.meta.dirname, '../..')
const soon = { timeout: 15_000, interval: 50 }

test.skipIf(process.platform !== 'linux')(
  'without a display, npm start runs the server alone and prints its address, and the password once',
  async () => {
    const args = ['--data-dir', await makeFolder(), '--host', '127.0.0.1', '--port', String(await findFreePort())]
    const first = run('start.mjs', args, { DISPLAY: undefined, WAYLAND_DISPLAY: undefined })
    await vi.waitFor(() => expect(first.output()).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/m), soon)
    expect(first.output()).toMatch(/^No display here: the server runs alone/m)
    expect(first.output()).toMatch(/^The admin password is \S+/m)
    first.stop('SIGTERM')
    expect(await first.ended).toBe(0)

    const second = run('start.mjs', args, { DISPLAY: undefined, WAYLAND_DISPLAY: undefined })
    await vi.waitFor(() => expect(second.output()).toMatch(/^listening on /m), soon)
    expect(second.output()).not.toContain('password')
    second.stop('SIGINT')
    expect(await second.ended).toBe(0)
  },
)

test.skipIf(process.platform === 'win32')(
  'npm run serve prints what the server prints and nothing else, and ends in peace when npm is told to',
  async () => {
    const args = ['--data-dir', await makeFolder(), '--host', '127.0.0.1', '--port', String(await findFreePort())]
    const server = watch('npm', ['run', '--silent', 'serve', '--', ...args], { TRUNK8_ADMIN_PASSWORD: 'of the test' })
    await vi.waitFor(() => expect(server.output()).toContain('listening on'), soon)
    expect(server.output().trim().split('\n')).toHaveLength(1)
    server.stop('SIGTERM')
    expect(await server.ended).toBe(0)
  },
)

test.skipIf(process.platform !== 'linux')('npm start passes on the exit code of what it runs', async () => {
  const server = run('start.mjs', ['--port', 'none'], { DISPLAY: undefined, WAYLAND_DISPLAY: undefined })
  expect(await server.ended).toBe(2)
})

test('the tests fail when no test matches', async () => {
  const tests = run('test.mjs', ['unit', 'no-such-test-file'], {})
  expect(await tests.ended).toBe(1)
  expect(tests.output().trim().split('\n').at(-1)).toBe('0 passed, 0 failed')
})

const run = (script: string, args: readonly string[], env: NodeJS.ProcessEnv) =>
  watch(process.execPath, [join(root, 'scripts', script), ...args], env)

function watch(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', chunk => (output += chunk))
  onTestFinished(() => void child.kill('SIGKILL'))
  return { output: () => output, ended: whenEnded(child), stop: (signal: NodeJS.Signals) => child.kill(signal) }
}

const whenEnded = (child: ChildProcess): Promise<number | null> => new Promise(end => child.once('close', end))

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trunk8-test-start-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
