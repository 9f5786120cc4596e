import { judge } from './judge'
import type { Attack, DowngradeId } from '../types'

/** A bound session, offered in a form that asks for less. */

export const asBearer = downgrade('as-bearer', 'Bound token, offered as a bearer token')
export const asCookie = downgrade('as-cookie', 'Bound token, offered as a cookie')
export const otherProfile = downgrade(
  'other-profile',
  'Bound session, offered under another profile',
)

function downgrade(id: DowngradeId, title: string): Attack {
  return {
    group: 'downgraded',
    title,
    story: 'Perhaps another door of the same server asks for less.',
    async perform({ scheme, victim, stamp, asThief }) {
      const offer = scheme.downgrade?.[id]
      if (!offer) return NONE
      return judge(await asThief(await offer(scheme.requests.read, victim, stamp())))
    },
  }
}

/** There is no such form of this scheme. */
const NONE = { isIn: false, code: 'does not apply' }
