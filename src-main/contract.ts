import { z } from 'zod'

const command = <In extends z.ZodType, Out extends z.ZodType>(input: In, output: Out) => ({ input, output })

/** Where the admin password and the secret key are kept, and why not in the keychain if they are not. */
export const SecretStore = z.object({
  kind: z.enum(['keychain', 'encrypted-file', 'plain-file']),
  /** A sentence for the user; absent where all is well. */
  problem: z.string().optional(),
})
export type SecretStore = z.infer<typeof SecretStore>

/** The embedded server's process, as opposed to what it shares (`SharingStatus`). */
export const ServerProcess = z.discriminatedUnion('state', [
  z.object({ state: z.literal('starting') }),
  z.object({ state: z.literal('running') }),
  z.object({ state: z.literal('restarting'), detail: z.string() }),
  z.object({ state: z.literal('failed'), detail: z.string() }),
])
export type ServerProcess = z.infer<typeof ServerProcess>

export const DesktopStatus = z.object({
  version: z.string(),
  dataDir: z.string(),
  /** What told this start its data folder, as `--data-dir`; then no other can be chosen. */
  dataDirFixedBy: z.string().optional(),
  secretStore: SecretStore,
  /** What sets the admin password for this run; then it cannot be changed here. */
  passwordFixedBy: z.string().optional(),
  server: ServerProcess,
  /** Nobody has gone through the steps of the first start yet. Until then only this computer can reach the server. */
  isFirstStart: z.boolean(),
  /** An admin password was made, and nobody has said yet that they saw it. */
  isPasswordUnseen: z.boolean(),
})
export type DesktopStatus = z.infer<typeof DesktopStatus>

/** A folder that the person chose for their data, and what is in it. */
export const FoundFolder = z.object({
  /** Names it to `useDataFolder`. */
  token: z.string(),
  path: z.string(),
  /** `missing`: it is made. `other`: it holds something else, and cannot be used. */
  kind: z.enum(['trunk8', 'empty', 'missing', 'other']),
  users: z.number(),
  links: z.number(),
  /** Sentences for the person. */
  problems: z.array(z.string()),
})
export type FoundFolder = z.infer<typeof FoundFolder>

/** What came of one thing that was to be shared: its transfer or link is under way, or why not. */
export const ShareOutcome = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), code: z.string(), shareUrl: z.string() }),
  z.object({ ok: z.literal(false), name: z.string(), code: z.string(), detail: z.string() }),
])
export type ShareOutcome = z.infer<typeof ShareOutcome>
const ShareOutcomes = z.array(ShareOutcome)

/** Whose links are made; left out: the admin's. A name is data here: the server says whether there is such a user. */
const ForOwner = z.object({ owner: z.string().min(1).max(100).optional() })
export type ForOwner = z.infer<typeof ForOwner>

/** What a person says at the first start. `signIn`: how others of the network send their password. */
export const FirstChoices = z.object({
  reach: z.enum(['this-computer', 'network']),
  signIn: z.enum(['encrypted', 'plain']),
})
export type FirstChoices = z.infer<typeof FirstChoices>

/**
 * What the window may ask of the desktop. No command takes a path or URL that the page made up:
 * `shareDropped` is called by the preload alone, with the paths of `File`s that the person dropped.
 */
export const commands = {
  status: command(z.void(), DesktopStatus),
  /** Opens the system's file dialog; an empty answer: the person cancelled. */
  chooseFiles: command(ForOwner.optional(), ShareOutcomes),
  shareDropped: command(ForOwner.extend({ paths: z.array(z.string().min(1)).min(1).max(1000) }), ShareOutcomes),
  /** URL → redirect; files → files; image → PNG file; other text → text file. */
  shareClipboard: command(ForOwner.optional(), ShareOutcomes),
  copyText: command(z.string().min(1).max(8192), z.void()),
  /** Opens one of our own links in the person's browser. */
  /** `isAbout`: the page that tells about the link. */
  openLink: command(z.object({ code: z.string().min(1).max(50), isAbout: z.boolean().optional() }), z.void()),
  copyAdminPassword: command(z.void(), z.void()),
  showAdminPassword: command(z.void(), z.string()),
  /** A password such as those that are made, for the person to take; nothing changes by it. */
  makePassword: command(z.void(), z.string()),
  /** The person has seen that an admin password was made. */
  dismissPassword: command(z.void(), z.void()),
  /** Ends the first start: from here on the server listens where the person said. */
  finishFirstStart: command(FirstChoices, z.void()),
  restartServer: command(z.void(), z.void()),
  openDataFolder: command(z.void(), z.void()),
  /** Opens the system's folder dialog and looks into what was chosen; null: the person cancelled. */
  chooseDataFolder: command(z.void(), FoundFolder.nullable()),
  /**
   * Moves the server to a folder that `chooseDataFolder` named, and keeps the choice. Where it does not start there it
   * goes on with the old one, and this throws. `adminPassword`: the one in use there. Answers whether one was made.
   */
  useDataFolder: command(
    z.object({ token: z.string().max(100), adminPassword: z.string().min(1).max(1024).optional() }),
    z.object({ isPasswordNew: z.boolean() }),
  ),
  /** Asks where to, then saves a stored backup there → its path; null: the person cancelled. */
  saveBackup: command(z.object({ name: z.string().min(1).max(200) }), z.string().nullable()),
  /** Asks for a backup and takes it in → what `api.backups.restore` calls it; null: the person cancelled. */
  chooseBackup: command(z.void(), z.object({ upload: z.string(), name: z.string() }).nullable()),
  /** Whether this computer trusts the server's own authority; false where there is none. */
  isAuthorityTrusted: command(z.void(), z.boolean()),
  /** Has the system trust the server's own authority, for this person alone, or no longer. The system may ask them. */
  trustAuthority: command(z.object({ isTrusted: z.boolean() }), z.void()),
  /** Shows a file of the data folder, named as a problem names it, in the system's file manager. */
  showFile: command(z.object({ file: z.string().min(1).max(4096) }), z.void()),
}

/** What the desktop tells the window, unasked. */
export const desktopEvents = {
  statusChanged: DesktopStatus,
  /** Show this screen, asked for from the tray or a notification. */
  navigate: z.object({ to: z.string() }),
  /** Something was shared from outside the window, or could not be. */
  shared: ShareOutcomes,
}

export type Commands = typeof commands
export type CommandName = keyof Commands
export type DesktopEvents = typeof desktopEvents
export type DesktopEventName = keyof DesktopEvents
export type Handlers = {
  [N in CommandName]: (input: z.output<Commands[N]['input']>) => Promise<z.input<Commands[N]['output']>>
}

/** How an answer crosses the bridge: errors travel as data, because an Error's own fields do not survive it. */
export type Answer = { ok: true; value: unknown } | { ok: false; error: { code: string; message: string } }

/** Exactly what the preload puts on `window.desktop`. */
export interface Bridge {
  invoke(name: string, input: unknown): Promise<Answer>
  on(name: string, listener: (payload: unknown) => void): () => void
  /**
   * Shares dropped or chosen files where they lie on this computer; their bytes never pass through the page. Anything
   * among them that is no file on a disk, such as one that the page made, is refused with `bad_request`, and all with it.
   */
  shareFiles(files: readonly unknown[], options?: ForOwner): Promise<Answer>
}
