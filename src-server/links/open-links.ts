import type { UploadLimits } from '../contract/transfers.ts'
import type { EventHub } from '../events/hub.ts'
import type { Problems } from '../problems/problems.ts'
import type { DeriveKey } from '../secret-key/derive.ts'
import { createAssets } from '../storage/assets.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { openState } from '../storage/prepare-data-dir.ts'
import { createHashing } from '../transfers/hashing.ts'
import { createImports } from '../transfers/imports.ts'
import { createLanding } from '../transfers/landing.ts'
import { createReplacements } from '../transfers/replacements.ts'
import { createTransfers } from '../transfers/transfers.ts'
import { createUploads } from '../transfers/uploads.ts'
import { createBulk } from './bulk.ts'
import { createContent } from './content.ts'
import { createDeletions } from './deletions.ts'
import { createExchange } from './exchange.ts'
import { createExpiry } from './expiry.ts'
import { createGate, type GateOptions } from './gate.ts'
import { createGrants } from './grants.ts'
import { createLinks } from './links.ts'
import { createLinkList } from './list.ts'
import { createLinkStore } from './store.ts'
import { createTrash, TrashFile } from './trash.ts'
import { createTurns } from './turns.ts'
import { createVisits, VisitsFile } from './visits.ts'

interface LinkOptions {
  readonly dataDir: DataDir
  readonly users: {
    names(): readonly string[]
    onChange(listener: () => void): void
  }
  readonly events: EventHub
  readonly problems: Problems
  readonly shareUrl: (code: string) => string
  readonly limits: () => UploadLimits
  readonly deriveKey: DeriveKey
  readonly guesses: GateOptions['guesses']
  readonly passwords: GateOptions['passwords'] & { hash(password: string): Promise<string> }
  readonly report: (message: string) => void
}

/** Links and the ways their files come in. */
export async function openLinks(options: LinkOptions) {
  const { dataDir, users, events, problems, shareUrl, limits, deriveKey, guesses, passwords, report } = options
  const now = () => Date.now()
  const assets = createAssets(dataDir)
  await Promise.all(users.names().map(assets.sweep))
  const store = createLinkStore({ dataDir, problems, report })
  await store.setOwners(users.names())
  users.onChange(() => void store.setOwners(users.names()))
  const visits = createVisits(await openState(dataDir.state('visits.toml'), VisitsFile, report), report)
  const trash = createTrash({
    dataDir,
    file: await openState(dataDir.state('trash.toml'), TrashFile, report),
    assets,
    now,
    report,
  })
  const list = createLinkList({ store, visits, now })
  const deletions = createDeletions({ store, trash, visits, now, report })
  const content = createContent({ store, assets, deletions, now })
  const turns = createTurns()
  const hashPassword = passwords.hash
  const links = createLinks({ store, list, content, deletions, turns, visits, events, shareUrl, hashPassword, now })
  const gate = createGate({ visits, passwords, guesses, grants: createGrants(deriveKey, now), events })
  const bulk = createBulk({ links, report })
  const exchange = createExchange({ store, list, visits, shareUrl, now })
  const expiry = createExpiry({ store, deletions, turns, now, report })
  await deletions.recover()
  await expiry.sweep()

  const transfers = createTransfers({ events, shareUrl })
  const landing = createLanding({ assets, limits, makeRoom: trash.makeRoom })
  const hashing = createHashing({ assets, links, report })
  const imports = createImports({ links, landing, transfers, hashing, report })
  const uploads = createUploads({ links, landing, transfers })
  const replacements = createReplacements({ links, landing, transfers })
  return {
    ...{
      assets,
      links,
      bulk,
      exchange,
      expiry,
      linkStore: store,
      gate,
      visits,
      transfers,
      landing,
      imports,
      uploads,
      replacements,
    },
    async close(): Promise<void> {
      transfers.stop()
      await imports.stop()
      await hashing.stop()
      await expiry.stop()
      await Promise.all([visits.stop(), trash.close(), store.close()])
    },
  }
}
