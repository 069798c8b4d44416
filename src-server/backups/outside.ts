import { copyFile, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { v4 as uuid } from 'uuid'
import { AppError } from '../contract/errors.ts'
import { asDiskFull } from '../storage/durable.ts'

/** Copies a file out of the instance to where a person wants it: whole, or not at all. Throws `invalid_input` or `disk_full`. */
export async function copyOut(source: string, target: string): Promise<void> {
  if (!isAbsolute(target) || target.includes('\0')) throw unfit('Choose a full path')
  const part = join(dirname(target), `.${uuid()}.part`)
  try {
    await copyFile(source, part)
    const handle = await open(part, 'r+')
    await handle.sync().finally(() => handle.close())
    await rename(part, target)
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    throw asDiskFull(explain(error as NodeJS.ErrnoException, target))
  }
}

function explain(error: NodeJS.ErrnoException, target: string): Error {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: `The folder ${dirname(target)} is not there`,
    ENOTDIR: `${dirname(target)} is no folder`,
    EACCES: `You may not write into ${dirname(target)}. Choose another folder`,
    EPERM: `You may not write into ${dirname(target)}. Choose another folder`,
    EROFS: `Nothing can be written to ${dirname(target)}. Choose another folder`,
    EISDIR: `${basename(target)} is a folder. Choose another name`,
    ENAMETOOLONG: 'The name is too long. Choose a shorter one',
  }
  const reason = reasons[error.code ?? '']
  return reason === undefined ? error : unfit(reason, error)
}

const unfit = (message: string, cause?: unknown) =>
  new AppError('invalid_input', message, { cause, errors: [{ path: 'path', message }] })
