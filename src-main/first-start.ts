/**
 * What is left to do at the first start. Until its person has said who may reach the server, that is this computer
 * alone, so that nothing is handed to a network before somebody has seen the password.
 */
import { api } from '../src-server/contract/index.ts'
import type { FirstChoices } from './contract.ts'
import type { OwnerClient } from './owner-client.ts'
import type { Preferences } from './preferences.ts'

export interface FirstStart {
  /** Whether it still lies ahead. */
  readonly isDue: boolean
  /** An admin password was made and nobody has said that they saw it. */
  readonly isPasswordUnseen: boolean
  /** Writes who may reach the server and how, then lets it listen there. Throws the server's own error; then it stays due. */
  finish(choices: FirstChoices): Promise<void>
  dismissPassword(): Promise<void>
}

interface FirstStartOptions {
  readonly preferences: Preferences
  readonly client: OwnerClient
  /** The server begins anew with what holds now. */
  readonly restartServer: () => Promise<void>
  readonly onChange: () => Promise<void>
}

export function createFirstStart({ preferences, client, restartServer, onChange }: FirstStartOptions): FirstStart {
  return {
    get isDue() {
      return !preferences.value.first_start_seen
    },
    get isPasswordUnseen() {
      return preferences.value.password_unseen
    },
    async finish(choices) {
      await keepChoices(client, choices)
      await preferences.modify(current => ({ ...current, first_start_seen: true, password_unseen: false }))
      await restartServer()
    },
    async dismissPassword() {
      await preferences.modify(current => ({ ...current, password_unseen: false }))
      await onChange()
    },
  }
}

/** What holds where the file says nothing is left as it is. */
async function keepChoices(client: OwnerClient, { reach, signIn }: FirstChoices): Promise<void> {
  const { values, set } = await client.call(api.instance.get, {})
  const chosen = {
    'server.host': reach === 'network' ? '0.0.0.0' : '127.0.0.1',
    'tls.allow_http_login': reach === 'network' && signIn === 'plain',
  } as const
  const keys = (['server.host', 'tls.allow_http_login'] as const).filter(
    key => set.includes(key) || chosen[key] !== values[key],
  )
  if (keys.length === 0) return
  await client.call(api.instance.update, { values: Object.fromEntries(keys.map(key => [key, chosen[key]])) })
}
