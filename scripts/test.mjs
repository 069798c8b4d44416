/**
 * `npm test [-- FILTER…]`: sets up what is missing, checks the code and runs every test. A filter is a part of the tests
 * (unit, server, door, web, desktop, package, load) or a piece of a test file's path. The last line says how many passed and failed.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { root } from './bundles.mjs'
import { check } from './check.mjs'
import { ensureRuntime } from './electron-runtime.mjs'
import { openPrivateSession } from './private-session.mjs'
import { ensureDoorTools, ensurePackages, ensureSystem, orFailInOneLine, requireNode } from './setup.mjs'

const isWindows = process.platform === 'win32'
const parts = ['unit', 'server', 'door', 'web', 'desktop', 'package', 'load']

/** Aborted when somebody ends the tests before they are done. */
const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interruption.abort())

/** @typedef {{ passed: number, failed: number, failures: string[], skipped: string[] }} Result */

await orFailInOneLine(async () => {
  const filters = process.argv.slice(2)
  const paths = filters.filter(filter => !parts.includes(filter))
  const chosen = parts.filter(part => filters.length === paths.length || filters.includes(part))
  const say = console.log
  await requireNode()
  await ensurePackages(say)
  await ensureSystem(['electron', 'display', 'keyring', 'browser', 'tools', 'fonts'], say)
  if (chosen.includes('door') || chosen.includes('load')) await ensureDoorTools(say)
  const runtime = await ensureRuntime(say)
  await ensureBuilt(say)
  const failedChecks = filters.length === 0 ? check() : 0
  const results = await runParts(chosen, paths, runtime.folder)
  process.exitCode = report(results, failedChecks)
})

/** @param {readonly string[]} chosen @param {readonly string[]} paths @param {string} electronFolder */
async function runParts(chosen, paths, electronFolder) {
  const session = openPrivateSession()
  const reports = mkdtempSync(join(tmpdir(), 'trunk8-reports-'))
  try {
    const results = []
    for (const part of chosen) {
      if (interruption.signal.aborted) throw new Error('The tests were ended before they were done')
      const file = join(reports, `${part}.json`)
      const isOk = await runVitest(part, [`--outputFile.json=${file}`, ...paths], { ...session, electronFolder })
      results.push(readResult(part, file, isOk))
    }
    return results
  } finally {
    session.close()
    rmSync(reports, { recursive: true, force: true })
  }
}

/**
 * @param {string} part
 * @param {readonly string[]} more arguments
 * @param {import('./private-session.mjs').Session & { electronFolder: string }} session
 * @returns {Promise<boolean>} whether Vitest was content
 */
function runVitest(part, more, { wrap, env, electronFolder }) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const options = ['--project', part, '--passWithNoTests', '--reporter=default', '--reporter=json']
  const command = [process.execPath, vitest, 'run', ...options, ...more]
  const [program = '', ...args] = part === 'desktop' || part === 'package' ? wrap(command) : command
  console.log(`\nTests: ${part}`)
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env, ELECTRON_OVERRIDE_DIST_PATH: electronFolder },
    // A group of its own, so that all that the tests started can be ended with them.
    detached: !isWindows,
  })
  const end = () => (isWindows ? child.kill() : process.kill(-(child.pid ?? 0), 'SIGTERM'))
  interruption.signal.addEventListener('abort', end)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', code => {
      interruption.signal.removeEventListener('abort', end)
      resolve(code === 0)
    })
  })
}

/** @param {string} part @param {string} file @param {boolean} isOk @returns {Result} */
function readResult(part, file, isOk) {
  const report = readReport(file)
  if (!report) return { passed: 0, failed: 1, failures: [`${part}: the test runner itself broke down`], skipped: [] }
  const failures = report.testResults.flatMap(listFailures)
  if (!isOk && failures.length === 0) failures.push(`${part}: an error outside of any test, see above`)
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    failures,
    skipped: report.testResults.flatMap(listSkipped),
  }
}

/**
 * @typedef {{ name: string, status: string, message: string, assertionResults: readonly Assertion[] }} FileReport
 * @typedef {{ fullName: string, status: string, failureMessages: readonly string[] }} Assertion
 */

/** @param {string} file @returns {{ numPassedTests: number, testResults: readonly FileReport[] } | undefined} */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** The failed tests of a file, or the file itself when it failed outside of them. @param {FileReport} report */
function listFailures({ name, status, message, assertionResults }) {
  const path = name.slice(root.length + 1)
  const failed = assertionResults
    .filter(test => test.status === 'failed')
    .map(test => `${path}: ${test.fullName}\n    ${(test.failureMessages[0] ?? '').split('\n')[0]}`)
  return failed.length === 0 && status === 'failed' ? [`${path}\n    ${message.split('\n')[0]}`] : failed
}

/** @param {FileReport} report */
function listSkipped({ name, assertionResults }) {
  const skipped = assertionResults.filter(test => test.status !== 'failed' && test.status !== 'passed')
  return skipped.map(test => `${name.slice(root.length + 1)}: ${test.fullName}`)
}

/** Prints what failed, then the closing line. @param {readonly Result[]} results @param {number} failedChecks */
function report(results, failedChecks) {
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const failed = results.reduce((sum, result) => sum + result.failed, failedChecks)
  const failures = results.flatMap(result => result.failures)
  console.log('')
  for (const test of results.flatMap(result => result.skipped)) console.log(`Skipped: ${test}`)
  if (failedChecks > 0) console.log(`Failed checks: ${failedChecks}, see above`)
  for (const failure of failures) console.log(`Failed: ${failure}`)
  if (passed + failed === 0) console.log('No test matches')
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 && passed > 0 ? 0 : 1
}
