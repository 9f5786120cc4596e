import type { SchemeId } from '../types'
import * as bearer from './bearer'
import * as dpop from './dpop'
import * as firstPublished from './first-published'
import * as nextAuth from './next-auth'
import type { SchemeServer } from './scheme-server'

/** The servers' halves of the schemes that are the lab's own. session-lock is the application's. */
export const SERVERS: Partial<Record<SchemeId, SchemeServer>> = {
  bearer,
  'next-auth': nextAuth,
  'first-published': firstPublished,
  dpop,
}
