import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

/** For programs that cannot choose the address that they come from: whoever connects here comes from another computer. */
export interface Relay {
  readonly port: number
  stop(): Promise<void>
}

/** `to`: a port of this computer. `from`: an address of 127.0.0.0/8. */
export async function openRelay(to: number, from: string): Promise<Relay> {
  const relay = createServer(socket => {
    const onward = connect({ host: '127.0.0.1', port: to, localAddress: from })
    socket.pipe(onward).pipe(socket)
    socket.once('error', () => onward.destroy())
    onward.once('error', () => socket.destroy())
  })
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  const { port } = relay.address() as AddressInfo
  return {
    port,
    async stop() {
      relay.close()
      await once(relay, 'close')
    },
  }
}
