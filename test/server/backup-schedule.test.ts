import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { StoredBackup } from '../../src-server/backups/folder.ts'
import { createSchedule, dueAfter } from '../../src-server/backups/schedule.ts'
import { api } from '../../src-server/contract/index.ts'
import { eventually } from '../helpers/files.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const at = (text: string) => new Date(text)
const config = (schedule: string, rest = '') => `[backup]\nschedule = "${schedule}"\n${rest}`

describe('when a backup is due', () => {
  test.each([
    ['daily', 3, '2026-11-24T03:00', '2026-11-25T03:00'],
    ['daily', 3, '2026-11-24T02:59', '2026-11-24T03:00'],
    ['daily', 3, '2026-11-24T15:00', '2026-11-25T03:00'],
    ['daily', 0, '2026-12-31T12:00', '2027-01-01T00:00'],
    ['weekly', 3, '2026-11-24T03:00', '2026-11-29T03:00'],
    ['weekly', 3, '2026-11-29T02:59', '2026-11-29T03:00'],
    ['weekly', 3, '2026-11-29T03:00', '2026-12-06T03:00'],
    ['weekly', 23, '2026-11-28T23:30', '2026-11-29T23:00'],
  ] as const)('%s at %i o’clock, after %s: %s, in local time', (schedule, hour, last, due) => {
    expect(dueAfter(at(last), schedule, hour)).toEqual(at(due))
  })
})

describe('the schedule', () => {
  /** A schedule over a clock that the test moves and a folder that only remembers. */
  function start({ schedule = 'daily' as 'off' | 'daily' | 'weekly', keep = 2, hour = 3 } = {}) {
    let now = at('2026-11-24T12:00')
    let stored: StoredBackup[] = []
    let failure: Error | undefined
    const settings = { schedule, hour, keep }
    const put = (isScheduled: boolean) => {
      const name = `${now.toISOString()}-${isScheduled}.zip`
      stored = [{ name, size: 1, createdAt: now, user: '*', isScheduled }, ...stored]
    }
    const reports: string[] = []
    const it = createSchedule({
      settings: () => settings,
      folder: {
        list: async () => stored,
        remove: async name => {
          stored = stored.filter(backup => backup.name !== name)
        },
      },
      make: async () => {
        if (failure) throw failure
        put(true)
      },
      report: message => reports.push(message),
      now: () => now,
    })
    return {
      it,
      settings,
      reports,
      byHand: () => put(false),
      names: () =>
        stored.map(({ createdAt, isScheduled }) => `${createdAt.getDate()} ${isScheduled ? 'ours' : 'theirs'}`),
      async goTo(time: string) {
        now = at(time)
        await it.look()
      },
      failWith(error: Error | undefined) {
        failure = error
      },
    }
  }

  test('that is off makes nothing', async () => {
    const { it, names } = start({ schedule: 'off' })
    await it.look()
    expect([names(), it.state()]).toEqual([[], { schedule: 'off', nextAt: undefined, problem: undefined }])
  })

  test('makes the first at once, and each at its hour, once', async () => {
    const { it, names, goTo } = start({ keep: 10 })
    await Promise.all([it.look(), it.look()])
    expect(it.state().nextAt).toEqual(at('2026-11-25T03:00'))
    await goTo('2026-11-25T02:59')
    expect(names()).toEqual(['24 ours'])
    await goTo('2026-11-25T03:00')
    await goTo('2026-11-25T03:01')
    expect(names()).toEqual(['25 ours', '24 ours'])
  })

  test('makes what was missed while the computer was off, one for all', async () => {
    const { it, names, goTo } = start({ keep: 10 })
    await it.look()
    await goTo('2026-11-29T09:15')
    expect(names()).toEqual(['29 ours', '24 ours'])
    expect(it.state().nextAt).toEqual(at('2026-11-30T03:00'))
  })

  test('keeps the newest of its own, and all that people made', async () => {
    const { it, names, goTo, byHand } = start({ keep: 2 })
    byHand()
    await it.look()
    for (const day of ['25', '26', '27']) await goTo(`2026-11-${day}T03:00`)
    expect(names()).toEqual(['27 ours', '26 ours', '24 theirs'])
  })

  test('that failed tries again as soon as its settings are others', async () => {
    const { it, names, settings, failWith } = start()
    failWith(new Error('The backup folder cannot be made'))
    await it.look()
    failWith(undefined)
    await it.look()
    expect(names()).toEqual([])
    settings.keep = 5
    await it.look()
    expect([names(), it.state().problem]).toEqual([['24 ours'], undefined])
  })

  test('that fails says why, tries again after an hour, and deletes nothing meanwhile', async () => {
    const { it, names, goTo, failWith, reports } = start({ keep: 1 })
    await it.look()
    failWith(new Error('The disk is full'))
    await goTo('2026-11-25T03:00')
    expect(it.state()).toMatchObject({ problem: 'The scheduled backup could not be made: The disk is full' })
    expect(it.state().nextAt).toEqual(at('2026-11-25T04:00'))
    await goTo('2026-11-25T03:30')
    expect([reports.length, names()]).toEqual([1, ['24 ours']])
    failWith(undefined)
    await goTo('2026-11-25T04:00')
    expect([it.state().problem, names()]).toEqual([undefined, ['25 ours']])
  })
})

describe('on a server', () => {
  let server: TestServer
  afterEach(() => server.stop())

  const listed = async () => (await (await server.as()).call(api.backups.list, {})).items

  test('a backup of everybody is made at the start when one is due, and not again at the next', async () => {
    server = await startTestServer({ config: config('daily') })
    const [first] = await eventually(async () => {
      const items = await listed()
      return items.length > 0 ? items : undefined
    }, 'the first backup')
    expect(first).toMatchObject({ user: '*', createdBy: 'admin', isScheduled: true })
    await server.restart()
    await expect.poll(async () => (await (await server.as()).call(api.backups.list, {})).nextAt).toMatch(/^20/)
    expect(await listed()).toHaveLength(1)
  })

  test('a folder that cannot be used is told to admins', async () => {
    server = await startTestServer({ config: config('daily', 'folder = "/dev/null/backups"\n') })
    const admin = await server.as()
    const problem = await eventually(
      async () => (await admin.call(api.backups.list, {})).problem,
      'the failure to be told',
    )
    expect(problem).toBe(
      'The scheduled backup could not be made: The backup folder cannot be made. Choose another one in Settings',
    )
  })

  test('what a crash left half written in the folder goes, and nothing else', async () => {
    server = await startTestServer({
      files: {
        'backups/.3f0e0a3e-0000-4000-8000-000000000000.part': 'half',
        'backups/mine.txt': 'mine',
      },
    })
    expect(await readdir(join(server.dataDir, 'backups'))).toEqual(['mine.txt'])
    await rm(join(server.dataDir, 'backups'), { recursive: true })
    await writeFile(join(server.dataDir, 'backups'), 'a file where the folder should be')
    expect(await listed()).toEqual([])
  })
})
