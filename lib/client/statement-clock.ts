/**
 * The time that proofs are stamped with: the server's, as far as it is known, and never the same
 * twice in one page.
 */
export interface StatementClock {
  /** The next timestamp, in ms. */
  next(): number
  /** Learns the server's clock from an answer that just came, in ms. */
  learn(serverTime: number): void
  /** What the server's clock is ahead of ours, in ms. */
  readonly offset: number
}

/** Offsets that are nearer than this are one offset, told over ways of different length. */
const SAME_CLOCK_MS = 1000

/**
 * @param now our own clock, in ms
 * @param offset what was learnt before, in ms
 */
export function createStatementClock(now: () => number = Date.now, offset = 0): StatementClock {
  let last = 0
  let lastNow = 0
  return {
    get offset() {
      return offset
    },
    next() {
      const time = now()
      // A clock that was set back would otherwise hold every stamp at the old time.
      if (time < lastNow) last = 0
      lastNow = time
      last = Math.max(Math.round(time + offset), last + 1)
      return last
    },
    learn(serverTime) {
      const learnt = serverTime - now()
      // The way an answer took is no change of the clock, and `last` must outlive it: two requests
      // that learn the same at once would otherwise share their next stamp.
      if (Math.abs(learnt - offset) < SAME_CLOCK_MS) return
      offset = learnt
      last = 0
    },
  }
}
