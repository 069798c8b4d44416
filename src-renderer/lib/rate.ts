/** How fast something goes: measures over the last seconds, so that one slow second does not rule the answer. */
const lookBack = 3000

export interface Rate {
  /** Units so far, at a time in milliseconds → units per second. */
  measure(amount: number, time: number): number
}

export function createRate(): Rate {
  let samples: readonly { amount: number; time: number }[] = []
  return {
    measure(amount, time) {
      samples = [...samples.filter(sample => time - sample.time <= lookBack), { amount, time }]
      const [first] = samples
      const span = first ? time - first.time : 0
      return first && span > 0 ? ((amount - first.amount) / span) * 1000 : 0
    },
  }
}
