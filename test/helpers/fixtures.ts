import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Data folders that upstream wrote, or that hold its old forms: copied before each use, never changed in place. */

const fixtures = join(import.meta.dirname, '..', 'fixtures')

export type FixtureName = 'upstream-instance' | 'legacy-instance'

/** A copy to start a server on, and the function that deletes it. */
export async function copyFixture(name: FixtureName): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 't8-fixture-'))
  await cp(join(fixtures, name), folder, { recursive: true })
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** A link of the upstream instance as upstream wrote it, and what its file holds. */
export interface UpstreamLink {
  readonly owner: string
  readonly type: string
  readonly url?: string
  readonly path?: string
  readonly expiration_date?: string
  readonly original_filename?: string
  readonly sha256?: string
  readonly size?: number
}

interface Manifest {
  readonly passwords: Readonly<Record<string, string>>
  readonly links: Readonly<Record<string, UpstreamLink>>
}

/** The facts about the upstream instance. */
export const readManifest = async (): Promise<Manifest> =>
  JSON.parse(await readFile(join(fixtures, 'upstream-manifest.json'), 'utf8'))
