/** The private door between this app and its server: where it is and who may pass. Made anew at every start. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Bytes of a socket's path that every system takes (macOS: 104 with the closing NUL). */
const longestSocketPath = 103

export interface OwnerDoor {
  readonly socketPath: string
  /** What the window's requests carry. */
  readonly windowToken: string
  /** What main's own requests carry: the only ones that may name files of this computer. */
  readonly desktopToken: string
  /** Removes what was made for it. */
  close(): Promise<void>
}

/** A folder that only this user can enter, or on Windows a name that nobody can guess. */
export async function makeOwnerDoor(): Promise<OwnerDoor> {
  const tokens = { windowToken: makeToken(), desktopToken: makeToken() }
  if (process.platform === 'win32') {
    return { ...tokens, socketPath: `\\\\.\\pipe\\trunk8-${randomUUID()}`, close: async () => {} }
  }
  const folder = await mkdtemp(join(chooseRoot(), 'trunk8-')) // mode 0700
  return {
    ...tokens,
    socketPath: join(folder, 'owner.sock'),
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

function chooseRoot(): string {
  const roots = [process.env.XDG_RUNTIME_DIR || tmpdir(), tmpdir()]
  const fits = (root: string) => Buffer.byteLength(join(root, 'trunk8-XXXXXX', 'owner.sock')) <= longestSocketPath
  return roots.find(fits) ?? '/tmp'
}

const makeToken = (): string => randomBytes(32).toString('base64url')
