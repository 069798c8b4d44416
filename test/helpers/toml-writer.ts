/** Run as a process of its own, to be killed: writes one row after the other and prints each once it is acknowledged. */
import { z } from 'zod'
import { Table, TomlFile } from '../../src-server/storage/toml-file.ts'

const [path = '', from = '0'] = process.argv.slice(2)
const file = await TomlFile.open(path, z.looseObject({ rows: Table.optional() }))
const add = async (row: string) => {
  await file.modify(current => ({ ...current, rows: { ...current.rows, [row]: { text: 'x'.repeat(200) } } }))
  process.stdout.write(`${row}\n`)
}
for (let index = Number(from); ; index += 3) {
  await Promise.all([0, 1, 2].map(offset => add(`row-${index + offset}`)))
}
