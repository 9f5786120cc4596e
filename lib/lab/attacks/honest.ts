import { judge } from './judge'
import type { Attack } from '../types'

/** Nobody attacks: a protection that keeps its own user out has failed as well. */

/** Five minutes, and a little: a window of exactly five must not be hit by chance. */
const OFF_MS = 5 * 60_000 + 5_000

export const clockSlow = clock(-OFF_MS, 'Honest client, its clock five minutes slow')
export const clockFast = clock(OFF_MS, 'Honest client, its clock five minutes fast')

function clock(offset: number, title: string): Attack {
  return {
    group: 'honest',
    title,
    story: 'The owner’s machine has the wrong time. The owner must get in all the same.',
    isHonest: true,
    async perform({ scheme, victim, asOwner }) {
      return judge(await asOwner(scheme.requests.read, victim, offset))
    },
  }
}
