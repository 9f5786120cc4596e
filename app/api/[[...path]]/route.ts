import { SessionLockError } from '@/lib/protocol/errors'
import type { Handler } from '@/lib/server/call'
import { route } from '@/lib/server/route'
import { withSession } from '@/lib/server/with-session'

/** Every path that is no other route's: only who holds a session learns that nothing is here. */
const notFound: Handler = withSession(async () => {
  throw new SessionLockError('ERR_NOT_FOUND')
})

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: notFound,
  HEAD: notFound,
  POST: notFound,
  PUT: notFound,
  PATCH: notFound,
  DELETE: notFound,
  OPTIONS: notFound,
})
