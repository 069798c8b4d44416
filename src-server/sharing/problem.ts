import type { SharingProblem } from '../contract/sharing.ts'
import { findPortHolder, suggestPort } from './port-holder.ts'

/** What keeps others out, in words that say what to do. Never throws. */
export async function explainFailure(error: unknown, host: string, port: number): Promise<SharingProblem> {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return portInUse(host, port)
  if (code === 'EACCES') return portForbidden(host, port)
  if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') {
    const detail = `This computer does not have the address ${host} now. Sharing goes on once it is back.`
    return { reason: 'address_missing', port, detail }
  }
  return { reason: 'unknown', port, detail: `Port ${port} could not be opened (${code ?? String(error)}).` }
}

async function portInUse(host: string, port: number): Promise<SharingProblem> {
  const [process, suggestedPort] = await Promise.all([findPortHolder(port), suggestPort(port, host)])
  const holder = process ? `${process.name} (process ${process.pid})` : 'another program'
  const use = suggestedPort === undefined ? 'Choose another port' : `Use ${suggestedPort}`
  const stop = process ? `, or stop ${process.name}` : ''
  return {
    reason: 'port_in_use',
    port,
    ...(process && { process }),
    ...(suggestedPort !== undefined && { suggestedPort }),
    detail: `Port ${port} is taken by ${holder}. ${use}${stop}.`,
  }
}

async function portForbidden(host: string, port: number): Promise<SharingProblem> {
  const suggestedPort = await suggestPort(port, host)
  const use = suggestedPort === undefined ? 'Choose a port from 1024 on' : `Use ${suggestedPort}`
  const detail = `This computer keeps port ${port} for its administrator. ${use}.`
  return { reason: 'port_forbidden', port, ...(suggestedPort !== undefined && { suggestedPort }), detail }
}
