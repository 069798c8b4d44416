import type { DataDir } from '../storage/data-dir.ts'
import { openState } from '../storage/prepare-data-dir.ts'
import { createPasskeyStore, PasskeysFile } from './store.ts'

/** Opens state/passkeys.toml. Where it cannot be read everybody still has their password, so that it is begun anew. */
export const openPasskeyStore = async (dataDir: DataDir, report: (message: string) => void) =>
  createPasskeyStore(await openState(dataDir.state('passkeys.toml'), PasskeysFile, report))
