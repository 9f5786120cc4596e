import { takenAway } from '../message'
import { judge } from './judge'
import type { Attack } from '../types'

/** Script was in the page for a second, and signed for later. */

export const mintedInside: Attack = {
  group: 'minted ahead',
  title: 'Proof signed ahead, used while its challenge lives',
  story: 'Script that was in the page for a second has a later moment signed, and takes that away.',
  async perform({ scheme, victim, wire, now, asThief }) {
    const { toleranceMs } = wire.windows
    // So far ahead that it cannot be used at once.
    const later = now() + toleranceMs + AHEAD_MS
    const request = await scheme.prove(scheme.requests.read, victim, later)
    await wire.wait(AHEAD_MS + 100)
    return judge(await asThief(takenAway(request)))
  },
}

const AHEAD_MS = 500

export const mintedAfter: Attack = {
  group: 'minted ahead',
  title: 'Proof signed ahead, used when its challenge is over',
  story: 'The same, for a moment after the challenge that it had to cover has died.',
  needs: 'a short challenge window',
  async perform({ scheme, victim, wire, now, asThief }) {
    // A challenge is taken in its own window, the one before and the one after.
    const later = now() + 3 * wire.windows.challengeWindowMs
    const request = await scheme.prove(scheme.requests.read, victim, later)
    await wire.wait(later - now())
    return judge(await asThief(takenAway(request)))
  },
}
