/**
 * The whole of what the page gets from the desktop. Two fixed channels: nothing here changes when a command is added,
 * since main refuses names that it does not know.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Answer, Bridge, CommandName } from './contract.ts'

/**
 * The one command that takes paths. The page cannot call it: it hands over `File`s, which only a person's drop, paste or
 * choice can tie to a path. That holds against any script in the page. Whoever takes over the renderer process itself,
 * past its sandboxed page, could send paths of its own; it could then share files that this person may read, no more.
 */
const shareDropped: CommandName = 'shareDropped'

const refuse = (code: string, message: string): Promise<Answer> =>
  Promise.resolve({ ok: false, error: { code, message } })

const bridge: Bridge = {
  invoke(name, input) {
    if (typeof name !== 'string' || name === shareDropped)
      return refuse('not_allowed', 'This is not for the page to ask')
    return ipcRenderer.invoke('command', name, input)
  },
  on(name, listener) {
    const relay = (_event: unknown, eventName: unknown, payload: unknown) => {
      if (eventName === name) listener(payload)
    }
    ipcRenderer.on('event', relay)
    return () => ipcRenderer.off('event', relay)
  },
  shareFiles(files, options) {
    const paths = files.map(file => (file instanceof File ? webUtils.getPathForFile(file) : ''))
    if (paths.includes('')) return refuse('bad_request', 'This did not come from a folder of this computer')
    return ipcRenderer.invoke('command', shareDropped, { paths, owner: options?.owner })
  },
}

contextBridge.exposeInMainWorld('desktop', bridge)
