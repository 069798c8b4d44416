/** Electron's own encryption, where the system stands behind it. On Linux it may only scramble: that does not count. */
import { safeStorage } from 'electron'
import type { Encryption } from './secrets-file.ts'

export const systemEncryption: Encryption = {
  isAvailable() {
    // Asking the libsecret kind would wait for the very keychain that has just failed, and block the app meanwhile.
    if (process.platform === 'linux' && !safeStorage.getSelectedStorageBackend().startsWith('kwallet')) return false
    return safeStorage.isEncryptionAvailable()
  },
  encrypt: text => safeStorage.encryptString(text),
  decrypt: bytes => safeStorage.decryptString(bytes),
}
