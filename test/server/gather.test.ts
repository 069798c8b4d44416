import { expect, test } from 'vitest'
import { createGather } from '../../src-server/links/gather.ts'

/** A file that holds numbers, and takes its time to be written. */
function createFile() {
  let content: readonly number[] = []
  let writes = 0
  return {
    get content() {
      return content
    },
    get writes() {
      return writes
    },
    async commit(change: (draft: number[]) => void): Promise<void> {
      await Promise.resolve()
      const draft = [...content]
      change(draft)
      writes += 1
      content = draft
    },
  }
}

const add = (n: number) => (draft: number[]) => void draft.push(n)
const refuse = () => {
  throw new Error('not this one')
}

test('changes that wait for the same write are written together, in their order', async () => {
  const file = createFile()
  const edit = createGather(file.commit)
  await Promise.all([edit(add(1)), edit(add(2)), edit(add(3))])
  await edit(add(4))
  expect([file.content, file.writes]).toEqual([[1, 2, 3, 4], 2])
})

test('one that is refused takes no other along', async () => {
  const file = createFile()
  const edit = createGather(file.commit)
  const outcomes = await Promise.allSettled([edit(add(1)), edit(refuse), edit(add(3))])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect([file.content, file.writes]).toEqual([[1, 3], 1])
})

test('where all are refused nothing is written, and the next one is', async () => {
  const file = createFile()
  const edit = createGather(file.commit)
  await expect(edit(refuse)).rejects.toThrow('not this one')
  await edit(add(1))
  expect([file.content, file.writes]).toEqual([[1], 1])
})

test('a write that fails is told to each that waited for it, be it before its draft or after', async () => {
  const disk = { isFull: true }
  const file = createFile()
  const early = createGather<number[]>(change =>
    disk.isFull ? Promise.reject(new Error('full')) : file.commit(change),
  )
  const late = createGather<number[]>(async change => {
    change([])
    throw new Error('full')
  })
  for (const edit of [early, late]) {
    const outcomes = await Promise.allSettled([edit(add(1)), edit(add(2))])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  }
  disk.isFull = false
  await early(add(5))
  expect(file.content).toEqual([5])
})
