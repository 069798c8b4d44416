import { crc32, deflateRawSync } from 'node:zlib'

/** Zips written byte by byte (PKWARE APPNOTE 6.3, section 4.3), so that every field can be a lie. */
export interface RawEntry {
  readonly name: string | Buffer
  readonly body?: string | Buffer
  /** 0: as it is; 8: deflated. */
  readonly method?: number
  readonly flags?: number
  /** As Unix has it, with the kind of file. */
  readonly mode?: number
  readonly crc?: number
  /** What the headers say of the sizes. */
  readonly size?: number
  readonly packedSize?: number
  /** Where the headers say that it lies; left out: where it does. */
  readonly offset?: number
}

const version = 20

export function rawZip(entries: readonly RawEntry[], { count }: { readonly count?: number } = {}): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let position = 0
  for (const entry of entries) {
    const { local, central } = writeEntry(entry, position)
    parts.push(local)
    directory.push(central)
    position += local.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(count ?? entries.length, 8)
  end.writeUInt16LE(count ?? entries.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(position, 16)
  return Buffer.concat([...parts, list, end])
}

function writeEntry(entry: RawEntry, position: number): { local: Buffer; central: Buffer } {
  const { body = '', method = 0, flags = 0x0800, mode = 0o100644, offset = position } = entry
  const bytes = Buffer.from(body as string)
  const packed = method === 8 ? deflateRawSync(bytes) : bytes
  const name = Buffer.from(entry.name as string)
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(version, 0)
  fields.writeUInt16LE(flags, 2)
  fields.writeUInt16LE(method, 4)
  fields.writeUInt32LE(entry.crc ?? crc32(bytes), 10)
  fields.writeUInt32LE(entry.packedSize ?? packed.length, 14)
  fields.writeUInt32LE(entry.size ?? bytes.length, 18)
  fields.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, packed])
  const rest = Buffer.alloc(14)
  rest.writeUInt32LE((mode * 0x10000) >>> 0, 6)
  rest.writeUInt32LE(offset, 10)
  const madeBy = Buffer.from([version, 3])
  return { local, central: Buffer.concat([Buffer.from('PK\x01\x02'), madeBy, fields, rest, name]) }
}
