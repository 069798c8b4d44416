import { connect } from 'node:net'

/** Sends bytes as they are over a connection of its own → all that comes back until the other end closes. */
export function sendRaw(
  port: number,
  bytes: string | Buffer,
  { from, host = '127.0.0.1' }: { readonly from?: string; readonly host?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ port, host, ...(from && { localAddress: from }) }, () => void socket.write(bytes))
    socket
      .on('data', data => void chunks.push(data))
      .once('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
      .once('error', error => ((error as NodeJS.ErrnoException).code === 'ECONNRESET' ? resolve('') : reject(error)))
  })
}
