/**
 * Entry of the process that asks the keychain: one request, one answer. On its own, since a call to a locked keychain
 * cannot be taken back and would keep any process that made it from ending; this one can be killed.
 */
import keytar from 'keytar'
import type { KeychainAnswer, KeychainRequest } from './keychain.ts'

const { parentPort } = process

parentPort.on('message', ({ data }) => {
  const request: KeychainRequest = data
  perform(request).then(
    secrets => say({ ok: true, secrets }),
    error => say({ ok: false, reason: error instanceof Error ? error.message : String(error) }),
  )
})

async function perform({ service, read, write }: KeychainRequest): Promise<(string | null)[]> {
  for (const [account, secret] of Object.entries(write)) {
    await (secret === null ? keytar.deletePassword(service, account) : keytar.setPassword(service, account, secret))
  }
  return Promise.all(read.map(account => keytar.getPassword(service, account)))
}

const say = (answer: KeychainAnswer): void => parentPort.postMessage(answer)
