import type { Attack } from '../types'
import * as altered from './altered'
import * as browser from './browser'
import * as copied from './copied'
import * as downgraded from './downgraded'
import * as forged from './forged'
import * as honest from './honest'
import * as middle from './middle'
import * as minted from './minted'
import * as replayed from './replayed'
import * as smuggled from './smuggled'

/** Every attack of the lab, in the order of the matrix. */
export const ATTACKS = {
  'token-elsewhere': copied.tokenElsewhere,
  'own-key': copied.ownKey,
  'mixed-account': copied.mixedAccount,
  revoked: copied.revoked,
  'replay-now': replayed.replayNow,
  'replay-late': replayed.replayLate,
  'race-2': replayed.raceOfTwo,
  'race-100': replayed.raceOfHundred,
  'other-url': altered.otherUrl,
  'other-method': altered.otherMethod,
  'other-query': altered.otherQuery,
  'other-body': altered.otherBody,
  'payload-edited': forged.payloadEdited,
  'alg-none': forged.algNone,
  'embedded-key': forged.embeddedKey,
  'as-bearer': downgraded.asBearer,
  'as-cookie': downgraded.asCookie,
  'other-profile': downgraded.otherProfile,
  'minted-inside': minted.mintedInside,
  'minted-after': minted.mintedAfter,
  'doubled-authorization': smuggled.doubledAuthorization,
  'doubled-cookie': smuggled.doubledCookie,
  'folded-header': smuggled.foldedHeader,
  'overlong-header': smuggled.overlongHeader,
  'internal-headers': smuggled.internalHeaders,
  'path-tricks': smuggled.pathTricks,
  'key-export': browser.keyExport,
  'script-signs': browser.scriptSigns,
  'profile-copied': browser.profileCopied,
  relay: middle.relayed,
  'clock-slow': honest.clockSlow,
  'clock-fast': honest.clockFast,
} as const satisfies Record<string, Attack>

export type AttackId = keyof typeof ATTACKS
export const ATTACK_IDS = Object.keys(ATTACKS) as AttackId[]
