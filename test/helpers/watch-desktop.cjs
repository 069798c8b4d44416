/**
 * Loaded into the app's main process by `-r`, before the app itself: notes what the app asks of Electron that no test
 * could read back, since trays do not tell their menu. The product knows nothing of it.
 */
const { Notification, Tray } = require('electron')

const seen = { menu: undefined, firstLabels: [], tooltip: '', notifications: [], shown: [] }
Object.defineProperty(globalThis, 'seenByTests', { value: seen })

const { setContextMenu, setToolTip } = Tray.prototype
Tray.prototype.setContextMenu = function (menu) {
  seen.menu = menu
  seen.firstLabels.push(menu.items[0].label)
  return setContextMenu.call(this, menu)
}
Tray.prototype.setToolTip = function (text) {
  seen.tooltip = text
  return setToolTip.call(this, text)
}

const { show } = Notification.prototype
Notification.prototype.show = function () {
  seen.notifications.push(this)
  return show.call(this)
}
