import { join } from 'node:path'

/** Where everything of an instance lives. Paths only: nothing here touches the disk. */
export function createDataDir(root: string) {
  const user = (name: string) => join(root, 'users', name)
  return {
    root,
    config: join(root, 'config', 'config.toml'),
    themes: join(root, 'config', 'themes.toml'),
    users: join(root, 'users', 'users.toml'),
    userConfig: (name: string) => join(user(name), 'config.toml'),
    userLinks: (name: string) => join(user(name), 'links.toml'),
    userAssets: (name: string) => join(user(name), 'assets'),
    asset: (name: string, file: string) => join(user(name), 'assets', file),
    logs: join(root, 'logs'),
    audit: join(root, 'logs', 'audit.jsonl'),
    /** Ours alone: `state('sessions.toml')`. */
    state: (...names: string[]) => join(root, 'state', ...names),
  }
}

export type DataDir = ReturnType<typeof createDataDir>
