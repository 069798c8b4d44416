import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError, api, type Job } from '../../src-server/contract/index.ts'
import { createEventHub } from '../../src-server/events/hub.ts'
import { createJobs } from '../../src-server/jobs/jobs.ts'
import type { Who } from '../../src-server/policy.ts'
import { eventually, listen, upload, usersToml } from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const who = (username: string, isAdmin = false): Who => ({ username, displayName: username, isAdmin, door: 'lan' })
const backup = { kind: 'backup', owner: 'ann', title: 'Back up your links' } as const

function open() {
  let time = Date.parse('2026-11-24T12:00:00Z')
  const events = createEventHub()
  const told: { job: Job; owner: string | undefined }[] = []
  events.subscribe(({ name, data, owner }) => name === 'job' && told.push({ job: data as Job, owner }))
  const reports: string[] = []
  const jobs = createJobs({ events, report: message => reports.push(message), now: () => time })
  return { jobs, told, reports, pass: (milliseconds: number) => (time += milliseconds) }
}

describe('a job', () => {
  test('tells its owner of progress at most four times a second, and of its end at once', () => {
    const { jobs, told, pass } = open()
    const job = jobs.start(backup)
    for (let done = 1; done <= 100; done += 1) {
      pass(10)
      job.progress(done, 200)
    }
    expect(told.length).toBe(1 + 4)
    job.done({ backup: 'it.zip' })
    expect(told.at(-1)).toMatchObject({ owner: 'ann', job: { state: 'done', done: 200, total: 200, backup: 'it.zip' } })
  })

  test('that has ended stays as it is, and is listed for five minutes', () => {
    const { jobs, pass } = open()
    const job = jobs.start(backup)
    job.done()
    job.fail(new Error('too late'))
    job.progress(5)
    pass(5 * 60_000)
    expect(jobs.list(who('ann'))).toMatchObject([{ state: 'done' }])
    pass(1)
    expect(jobs.list(who('ann'))).toEqual([])
  })

  test('that fails says why, in words for people; what nobody foresaw goes to the log', () => {
    const { jobs, reports } = open()
    jobs.start(backup).fail(new AppError('disk_full', 'The disk is full'))
    jobs.start(backup).fail(new Error('secret inner workings'))
    expect(jobs.list(who('ann')).map(({ state, error }) => [state, error?.detail])).toEqual([
      ['failed', 'The disk is full'],
      ['failed', 'Something went wrong on this computer. The log says what'],
    ])
    expect(reports.join()).toContain('secret inner workings')
  })

  test('is its owner’s and the admins’, to see and to cancel', () => {
    const { jobs } = open()
    const job = jobs.start(backup)
    const { id } = job.current()
    expect(jobs.list(who('bob'))).toEqual([])
    expect(() => jobs.cancel(who('bob'), id)).toThrow(expect.objectContaining({ code: 'not_found' }))
    expect(job.signal.aborted).toBe(false)
    jobs.cancel(who('root', true), id)
    expect(job.signal.aborted).toBe(true)
    job.fail(job.signal.reason)
    expect(jobs.list(who('ann'))).toMatchObject([{ state: 'cancelled', error: { code: 'cancelled' } }])
  })

  test('ends with the server, which waits for it', async () => {
    const { jobs } = open()
    let isOver = false
    jobs.run(backup, ({ signal }) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))).finally(() => {
        isOver = true
      }),
    )
    await jobs.stop()
    expect([isOver, jobs.list(who('ann'))]).toMatchObject([true, [{ state: 'cancelled' }]])
  })
})

describe('a backup under way', () => {
  let server: TestServer
  let ann: SignedIn
  let bob: SignedIn

  beforeAll(async () => {
    server = await startTestServer({ files: { 'users/users.toml': usersToml({ ann: 'ann-pass', bob: 'bob-pass' }) } })
    ann = await server.as('ann', 'ann-pass')
    bob = await server.as('bob', 'bob-pass')
    await upload(ann, 'big.txt', Buffer.alloc(60_000_000, 'x'), { code: 'big' })
  })
  afterAll(() => server.stop())

  test('is cancelled by its owner alone, and leaves nothing behind', async () => {
    const { heard, stop } = await listen(server, bob)
    const { id } = await ann.call(api.backups.store, {})
    await ann.call(api.jobs.cancel, { id })
    await expect(bob.call(api.jobs.cancel, { id })).rejects.toMatchObject({ code: 'not_found' })
    const job = await eventually(async () => {
      const found = (await ann.call(api.jobs.list, {})).items.find(job => job.id === id)
      return found?.state === 'running' ? undefined : found
    }, 'the job to end')
    expect(job).toMatchObject({ state: 'cancelled', error: { detail: 'You cancelled it' } })
    expect(await readdir(join(server.dataDir, 'backups'))).toEqual([])
    expect(heard.filter(({ name }) => name === 'job')).toEqual([])
    stop()
  })
})
