/**
 * The rules that the code's shape is held to, as one pure function from files to what breaks a rule. A rule that needs
 * an exception names the file and the reason here.
 */
import { dirname, join, normalize } from 'node:path/posix'
import { parseSync } from 'vite'

/** Path from the project's root → text. */
export type Sources = Readonly<Record<string, string>>

interface Import {
  readonly target: string
  readonly names: readonly string[]
  /** Only shapes are imported: nothing of it is left when the code runs. */
  readonly isType: boolean
}

interface Module {
  readonly file: string
  readonly text: string
  readonly imports: readonly Import[]
  readonly hasDefaultExport: boolean
  /** Every identifier that the code mentions. */
  readonly mentions: ReadonlySet<string>
  readonly usesAny: boolean
}

/** What each part may import of ours, besides itself; the first part that a file is in counts. */
const mayImport: readonly (readonly [part: string, allowed: readonly string[]])[] = [
  ['src-server/contract', []],
  ['src-server', []],
  ['src-main/contract.ts', []],
  ['src-main', ['src-server/index.ts', 'src-server/contract']],
  ['src-renderer', ['src-server/contract', 'src-main/contract.ts']],
]

/** Packages that a part must never see, and the only ones that the contracts may. */
const packageRules: readonly (readonly [part: string, isRefused: (name: string) => boolean])[] = [
  ['src-server/contract', name => name !== 'zod'],
  ['src-main/contract.ts', name => name !== 'zod'],
  ['src-server', name => /^(electron|react|react-dom)($|\/)/.test(name)],
  ['src-renderer', name => /^(node:|electron|koa|@koa\/)/.test(name)],
]

/** Folders of src-server that features build on, and that know no feature. */
const serverGround = ['contract', 'http', 'storage']
/** Folders of src-renderer that know no feature. */
const rendererGround = ['ui', 'lib']

/** Where src-server may touch the disk. */
const mayTouchDisk: Readonly<Record<string, string>> = {
  'src-server/storage/': 'whole files at every moment is what it is for',
  'src-server/http/upload.ts': 'the request is streamed into a .part file',
  'src-server/http/ui.ts': 'the built interface is streamed from where it lies',
  'src-server/markdown/page-themes.ts': 'the built interface names its stylesheets in a file',
  'src-server/transfers/': 'files are copied from where they lie',
  'src-server/backups/': 'zips are written, read and copied as streams',
  'src-server/links/': 'a visitor gets the file as a stream',
  'src-server/access-log/line-file.ts': 'the log of requests grows and rotates, and is nobody’s truth',
  'src-server/log.ts': 'a log grows and rotates, and is nobody’s truth',
  'src-server/index.ts': 'the owner’s socket gets its mode',
  'src-server/dot-env.ts': 'the environment may lie in a file of the working folder',
  'src-server/headless-secrets.ts': 'a file of mode 0600 stands in for the keychain',
  'src-server/inspect.ts': 'a folder is looked into before it is an instance’s',
  'src-server/sharing/addresses.ts': 'the kernel tells of routes and devices in files',
  'src-server/sharing/port-holder.ts': 'the kernel tells of open ports in files',
}

const mayNameIpc = { ipcMain: 'src-main/ipc.ts', ipcRenderer: 'src-main/preload.ts' } as const

const bannedNames = ['utils', 'util', 'helpers', 'misc', 'common', 'manager', 'shared', 'types', 'constants']
const longestFile = 400
/** Files that may be longer. To stay empty: a file this long hides more than one thing. */
const mayBeLong: readonly string[] = []
/** Tools read these by their default export. */
const mayExportDefault = ['vite.config.ts', 'vitest.config.ts']

/** All that breaks a rule, as `file: what is wrong`, sorted. */
export function findViolations(sources: Sources): string[] {
  const modules = Object.entries(sources).map(([file, text]) => readModule(file, text))
  const perModule = [checkImports, checkServerLayers, checkRendererLayers, checkReach, checkForm]
  return [...modules.flatMap(module => perModule.flatMap(check => check(module))), ...findCycles(modules)].sort()
}

function readModule(file: string, text: string): Module {
  const { program, module } = parseSync(file, text)
  const { mentions, usesAny } = walk(program)
  const exported = module.staticExports.flatMap(statement => statement.entries)
  return {
    file,
    text,
    imports: [
      ...module.staticImports.map(({ moduleRequest, entries }) => ({
        target: resolveTarget(file, moduleRequest.value),
        names: entries.map(entry => entry.importName.name ?? ''),
        isType: entries.length > 0 && entries.every(entry => entry.isType),
      })),
      ...exported.flatMap(({ moduleRequest, isType }) =>
        moduleRequest ? [{ target: resolveTarget(file, moduleRequest.value), names: [], isType }] : [],
      ),
      ...module.dynamicImports.map(({ moduleRequest }) => ({
        target: resolveTarget(file, text.slice(moduleRequest.start + 1, moduleRequest.end - 1)),
        names: [],
        isType: false,
      })),
    ],
    hasDefaultExport: exported.some(entry => entry.exportName.kind === 'Default'),
    mentions,
    usesAny,
  }
}

function walk(program: object) {
  const mentions = new Set<string>()
  let usesAny = false
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    if ('type' in node && node.type === 'TSAnyKeyword') usesAny = true
    if ('type' in node && node.type === 'Identifier' && 'name' in node) mentions.add(String(node.name))
    for (const child of Object.values(node)) visit(child)
  }
  visit(program)
  return { mentions, usesAny }
}

/** A relative import as a path from the root, a package as it is. */
const resolveTarget = (file: string, target: string): string =>
  target.startsWith('.') ? normalize(join(dirname(file), target)).replace(/\?.*$/, '') : target

const isOurs = (target: string): boolean => /^(src-|scripts\/|test\/)/.test(target)
const isIn = (file: string, part: string): boolean => file === part || file.startsWith(`${part}/`)

function checkImports({ file, imports }: Module): string[] {
  const side = mayImport.find(([part]) => isIn(file, part))
  if (!side) return []
  const [own, others] = side
  const refusedBy = packageRules.filter(([part]) => isIn(file, part)).map(([, isRefused]) => isRefused)
  return imports
    .map(({ target }) => target)
    .filter(target =>
      isOurs(target)
        ? ![own, ...others].some(part => isIn(target, part))
        : refusedBy.some(isRefused => isRefused(target)),
    )
    .map(target => `${file}: may not import ${target}`)
}

/**
 * app ▸ features ▸ http, storage, policy ▸ contract: the ground may know the shape of a service that it is handed, no more.
 * A feature's store is its own, shapes included.
 */
function checkServerLayers({ file, imports }: Module): string[] {
  const folder = folderIn('src-server', file)
  if (!folder || folder === 'contract') return []
  return imports.flatMap(({ target, isType }) => {
    const other = folderIn('src-server', target)
    if (!other || other === folder) return []
    if (serverGround.includes(folder) && !serverGround.includes(other) && !isType) {
      return [`${file}: is ground for the features, so it may not import ${target}`]
    }
    return /(^|-|\/)store\.ts$/.test(target) ? [`${file}: ${target} belongs to another feature`] : []
  })
}

/** App ▸ features ▸ ui, lib. */
function checkRendererLayers({ file, imports }: Module): string[] {
  const folder = folderIn('src-renderer', file)
  if (!folder) return []
  return imports.flatMap(({ target }) => {
    const other = folderIn('src-renderer', target)
    if (!other || other === folder || rendererGround.includes(other)) return []
    return [`${file}: may not import ${target} of another feature`]
  })
}

/** The folder directly under a part; nothing for files that lie beside those folders. */
function folderIn(part: string, path: string): string | undefined {
  const [first, folder, ...rest] = path.split('/')
  return first === part && rest.length > 0 ? folder : undefined
}

/** What only few files may touch: IPC, the disk, the network. */
function checkReach({ file, imports, mentions }: Module): string[] {
  const found = []
  for (const [name, home] of Object.entries(mayNameIpc)) {
    const isNamed = imports.some(({ target, names }) => target === 'electron' && names.includes(name))
    if (isNamed && file !== home) found.push(`${file}: ${name} belongs in ${home}`)
  }
  const touchesDisk = imports.some(({ target }) => /^(node:)?fs(\/promises)?$/.test(target))
  const isAllowed = Object.keys(mayTouchDisk).some(path => file.startsWith(path))
  if (file.startsWith('src-server/') && touchesDisk && !isAllowed) found.push(`${file}: may not touch the disk itself`)
  if (file.startsWith('src-renderer/') && !file.startsWith('src-renderer/lib/') && mentions.has('fetch')) {
    found.push(`${file}: fetch belongs in src-renderer/lib`)
  }
  return found
}

function checkForm({ file, text, hasDefaultExport, usesAny }: Module): string[] {
  const lines = text.split('\n').length - 1
  const name = file.split('/').at(-1)?.split('.')[0] ?? ''
  return [
    lines > longestFile && !mayBeLong.includes(file) && `${file}: ${lines} lines, more than ${longestFile}`,
    bannedNames.includes(name.toLowerCase()) && `${file}: the name ${name} says nothing`,
    hasDefaultExport && !mayExportDefault.includes(file) && `${file}: has a default export`,
    usesAny && `${file}: uses any`,
  ].filter(violation => typeof violation === 'string')
}

/** Circles of imports that are there when the code runs, each told once. */
function findCycles(modules: readonly Module[]): string[] {
  const targets = new Map(
    modules.map(({ file, imports }) => [file, imports.filter(({ isType }) => !isType).map(({ target }) => target)]),
  )
  const finished = new Set<string>()
  const cycles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file)
    if (start !== -1) cycles.push(`${file}: imports itself by way of ${path.slice(start + 1).join(', ') || 'itself'}`)
    if (start !== -1 || finished.has(file)) return
    for (const target of targets.get(file) ?? []) visit(target, [...path, file])
    finished.add(file)
  }
  for (const { file } of modules) visit(file, [])
  return cycles
}
