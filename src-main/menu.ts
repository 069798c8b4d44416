/** The application's menu: macOS needs one for copy and paste to work; elsewhere the window goes without. */
import { Menu, type MenuItemConstructorOptions } from 'electron'

const macMenu: MenuItemConstructorOptions[] = [
  { role: 'appMenu' },
  { role: 'editMenu' },
  { label: 'View', submenu: [{ role: 'reload' }, { role: 'togglefullscreen' }] },
  { role: 'windowMenu' },
]

export function setAppMenu(): void {
  Menu.setApplicationMenu(process.platform === 'darwin' ? Menu.buildFromTemplate(macMenu) : null)
}
