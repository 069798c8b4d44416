/** The icon in the system's tray. Callers hand it every new state. */
import { join } from 'node:path'
import { Menu, nativeImage, Tray } from 'electron'
import { buildTrayMenu, chooseIcon, describe, type TrayActions, type TrayIcon, type TrayState } from './tray-menu.ts'

export interface AppTray {
  show(state: TrayState): void
  remove(): void
}

/** `iconsDir` holds `on`, `off` and `problem` in every size. A click opens the window where clicks are told. */
export function createTray(iconsDir: string, actions: TrayActions): AppTray {
  const icons = { on: load(iconsDir, 'on'), off: load(iconsDir, 'off'), problem: load(iconsDir, 'problem') }
  const tray = new Tray(icons.off)
  if (process.platform !== 'darwin') tray.on('click', actions.open)

  return {
    show(state) {
      if (tray.isDestroyed()) return
      tray.setImage(icons[chooseIcon(state)])
      tray.setToolTip(describe(state))
      // Linux shows changes only in a menu that is set anew.
      tray.setContextMenu(Menu.buildFromTemplate(buildTrayMenu(state, actions)))
    },
    remove: () => tray.destroy(),
  }
}

/**
 * macOS takes templates, black and clear, that it paints itself; Windows 16 px and its doubles; Linux trays draw at 22 to
 * 24 px, and scale down better than up.
 */
function load(folder: string, icon: TrayIcon): Electron.NativeImage {
  const endings: Partial<Record<NodeJS.Platform, string>> = { darwin: 'Template', win32: '-16' }
  return nativeImage.createFromPath(join(folder, `${icon}${endings[process.platform] ?? '-32'}.png`))
}
