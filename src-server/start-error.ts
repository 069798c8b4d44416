import { AppError } from './contract/errors.ts'
import { FolderInUse } from './storage/instance-lock.ts'

/** Why a server did not start, in one sentence for the person who can mend it. */
export class StartError extends Error {
  readonly reason:
    | 'data_dir_not_writable'
    | 'data_dir_in_use'
    | 'file_broken'
    | 'port_in_use'
    | 'port_forbidden'
    | 'unknown'
  constructor(reason: StartError['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StartError'
    this.reason = reason
  }
}

/** Whatever opening an instance threw → `StartError`, where a person can do something about it. */
export function asStartError(error: unknown, dataDir: string): unknown {
  if (error instanceof FolderInUse) {
    const holder = error.pid === undefined ? 'another Trunk8' : `another Trunk8 (process ${error.pid})`
    return new StartError('data_dir_in_use', `The data folder ${dataDir} is in use by ${holder}. Stop it first`, {
      cause: error,
    })
  }
  if (error instanceof AppError && error.code === 'file_broken') {
    return new StartError('file_broken', error.message, { cause: error })
  }
  const { code } = error as NodeJS.ErrnoException
  const isFolderTrouble = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'EISDIR'].includes(code ?? '')
  if (isFolderTrouble || (error instanceof AppError && error.code === 'disk_full')) {
    const why = error instanceof AppError ? 'the disk is full' : code
    const advice = 'Make it writable, or choose another folder'
    return new StartError('data_dir_not_writable', `The data folder ${dataDir} cannot be written (${why}). ${advice}`, {
      cause: error,
    })
  }
  return error
}
