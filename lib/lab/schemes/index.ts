import type { Scheme, SchemeId } from '../types'
import * as dbsc from '../dbsc/scheme'
import * as tokenBinding from '../token-binding/scheme'
import * as bearer from './bearer'
import * as dpop from './dpop'
import * as firstPublished from './first-published'
import * as nextAuth from './next-auth'
import { createSessionLockScheme } from './session-lock'

/** The schemes of the lab, their clients' halves. */
export const SCHEMES = {
  bearer,
  'next-auth': nextAuth,
  'first-published': firstPublished,
  'profile-1': createSessionLockScheme({ profile: 1, carrier: 'header' }),
  'profile-2': createSessionLockScheme({ profile: 2, carrier: 'header' }),
  cookie: createSessionLockScheme({ profile: 2, carrier: 'cookie' }),
  dpop,
  dbsc,
  'token-binding': tokenBinding,
} satisfies Record<SchemeId, Scheme> as Record<SchemeId, Scheme>
