import type { Log } from '../log.ts'
import type { Credentials } from './credentials.ts'
import type { UserStore } from './store.ts'

interface PlainPasswordsOptions {
  readonly store: UserStore
  readonly credentials: Pick<Credentials, 'hash' | 'admin'>
  readonly log: Log
}

/**
 * A `password = "…"` that somebody wrote into users.toml by hand counts, and stays in nobody's sight: its hash takes its
 * place, at the start and after each change of the file. The admin's goes to where the host keeps it. Resolves when the
 * file has been gone through once.
 */
export async function takeInPlainPasswords({ store, credentials, log }: PlainPasswordsOptions): Promise<void> {
  let last: Promise<void> = Promise.resolve()

  async function takeIn(username: string, password: string): Promise<void> {
    try {
      if (username !== 'admin') await store.takeInPlain(username, password, await credentials.hash(password))
      else {
        const why = credentials.admin.fixedBy()
        if (why === undefined) await credentials.admin.save(password)
        else log.warn(`The password of admin in users.toml counts for nothing: ${why}`)
        await store.takeInPlain(username, password)
      }
      log.warn(`The password of ${username} stood in users.toml as it is. It has been taken out of there`)
    } catch (error) {
      log.error(`The password of ${username} in users.toml could not be made a hash, and does not count`, error)
    }
  }

  /** One look after the other: a change that comes of the one before finds nothing left to do. */
  const look = () => {
    last = last.then(async () => {
      for (const [username, password] of store.plainPasswords()) await takeIn(username, password)
    })
    return last
  }
  store.file.onChange(() => void look())
  await look()
}
