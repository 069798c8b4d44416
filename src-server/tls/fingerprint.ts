import type { X509Certificate } from 'node:crypto'

/**
 * A certificate's SHA-256 fingerprint in a form that two people can compare by reading it out: each word stands for a
 * byte, and eight words for 64 bits, which nobody hits by trying.
 */
export interface Fingerprint {
  readonly words: string[]
  /** All of it, as devices show it: `AB:CD:…`. */
  readonly hex: string
}

export function fingerprintOf({ fingerprint256: hex }: X509Certificate): Fingerprint {
  const bytes = hex.split(':').slice(0, wordCount)
  return { hex, words: bytes.map(byte => words[Number.parseInt(byte, 16)] ?? '') }
}

const wordCount = 8

/** 256 words that are short, plain and sound unlike one another. Their order is part of what they mean: never change it. */
export const words: readonly string[] = [
  'acorn actor album amber anchor angel apple apron arrow artist atlas autumn avenue bacon badge bagel bamboo',
  'banana banjo basket beach beaver bell berry bicycle bird bishop blanket blossom bonfire book bottle bridge broom',
  'bucket butter button cable cactus camel candle canoe carpet carrot castle cave cherry chess chimney circus clock',
  'cloud clover coffee comet compass copper cotton cradle crane crayon cricket cup curtain cushion daisy dance',
  'desert desk diamond dinner doctor dolphin domino donkey door dragon drawer drum duck eagle earth elbow elephant',
  'engine envelope falcon farmer feather fence ferry finger flag flute forest fossil fox fridge frog galaxy garden',
  'garlic giant ginger giraffe glove goat gold goose grape guitar hammer harbour harp hawk helmet honey horse hotel',
  'ice igloo insect iron island ivory jacket jaguar jelly jewel judge jungle kettle king kitchen kiwi ladder lake',
  'lamp lantern lemon library lily lion lobster lotus magnet mango maple marble market melon meteor mirror monkey',
  'moon motor mountain museum mushroom music napkin needle nest noodle oasis ocean olive onion orange orchid otter',
  'owl oyster paddle palace panda paper parade parrot peanut pebble pencil pepper piano pillow pilot pirate planet',
  'pocket poem potato puppet puzzle pyramid queen quilt rabbit radio raft rainbow raven ribbon river robot rocket',
  'rose ruby saddle salmon saturn school scooter shadow shark shovel silver sister soap spider spoon squirrel',
  'sunset swan tango teapot temple tennis thunder tiger timber toast tomato tower tractor trumpet tulip tunnel',
  'turtle umbrella valley velvet violin volcano wagon walnut water whale wheat willow window winter wizard wolf',
  'yacht zebra zipper',
].flatMap(line => line.split(' '))
