import { isIn, takenAway } from '../message'
import { judge } from './judge'
import type { Attack, Attempt, Stage } from '../types'

/** A whole request, captured on its way, sent again as it stands. */

export const replayNow: Attack = {
  group: 'replayed',
  title: 'Captured request, sent again at once',
  story: 'The owner’s request reaches the server; a copy of it follows on its heels.',
  async perform({ scheme, capture, asOwner, asThief, victim }) {
    await asOwner(scheme.requests.read, victim)
    const request = await capture(scheme.requests.read)
    await asThief(request)
    return judge(await asThief(request))
  },
}

export const replayLate: Attack = {
  group: 'replayed',
  title: 'Captured request, sent after its window',
  story: 'A request never reached the server. The thief sends it when its time is long over.',
  async perform({ scheme, victim, newBriefVictim, wire, capture, now, asThief }) {
    if (newBriefVictim) {
      const brief = await newBriefVictim()
      const request = await capture(scheme.requests.read, brief)
      await wire.wait(brief.overAfterMs)
      return judge(await asThief(request))
    }
    // Signed so long ago, which comes to the same as having kept it.
    const then = now() - LONG_AGO_MS
    const request = await scheme.prove(scheme.requests.read, victim, then)
    return judge(await asThief(takenAway(request)))
  },
}

/** Longer than any scheme here lets a proof live. */
const LONG_AGO_MS = 10 * 60_000

export const raceOfTwo = race(2, 'Two copies in the same instant')
export const raceOfHundred = race(100, 'A hundred copies in the same instant')

/** The request itself never arrived, so one of the copies may pass in its place, and not two. */
function race(copies: number, title: string): Attack {
  return {
    group: 'replayed',
    title,
    story: `One captured request, ${copies} senders, one moment: at most one of them may pass.`,
    perform: (stage) => performRace(stage, copies),
  }
}

async function performRace({ scheme, capture, asThief }: Stage, copies: number): Promise<Attempt> {
  const request = await capture(scheme.requests.read)
  const answers = await Promise.all(Array.from({ length: copies }, () => asThief(request)))
  const passed = answers.filter(isIn)
  const [answer] = passed.length > 1 ? passed : answers.filter((one) => !isIn(one))
  return { isIn: passed.length > 1, ...(answer && { answer }) }
}
