import { constants, type ServerHttp2Session } from 'node:http2'

/**
 * Ends an HTTP/2 connection that brings more of what is cheap to send and dear to answer than anybody needs: requests
 * that are taken back at once, pings, settings (RFC 9113, section 10.5; CVE-2023-44487, CVE-2019-9512, CVE-2019-9515).
 * What Node and nghttp2 have against it keeps memory small, but lets the flood go on for as long as its sender likes.
 */
const resets = { burst: 200, perSecond: 20 }
const signals = { burst: 500, perSecond: 10 }

export function endFloods(session: ServerHttp2Session): void {
  const end = () => session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM)
  const countReset = createAllowance(resets, end)
  const countSignal = createAllowance(signals, end)
  session.on('ping', countSignal)
  session.on('remoteSettings', countSignal)
  session.on('stream', stream => {
    stream.once('close', () => {
      if (stream.aborted || stream.rstCode !== constants.NGHTTP2_NO_ERROR) countReset()
    })
  })
}

/** So many at once, and so many a second on average; the one that is too many calls `onSpent`. */
function createAllowance({ burst, perSecond }: typeof resets, onSpent: () => void): () => void {
  let left = burst
  let last = performance.now()
  return () => {
    const now = performance.now()
    left = Math.min(burst, left + ((now - last) / 1000) * perSecond) - 1
    last = now
    if (left < 0) onSpent()
  }
}
