import { SessionLockError } from '@/lib/protocol/errors'
import { peerAddress, shortened } from './http'
import { sessionCookie } from './issue-session'
import { recordEvent } from './stores/events'
import { revokeSession } from './stores/sessions'
import type { SessionCall } from './with-session'

/**
 * Revokes one of the user's sessions: the one that asks, or another. A foreign or unknown one is
 * ERR_NOT_FOUND. The cookie goes with the session that it carries.
 */
export async function signOut(call: SessionCall, sid: string): Promise<Response> {
  const { server, session, now, request } = call
  const { db, env } = server
  if (!(await revokeSession(db, { sid, userId: session.sub, now }))) {
    throw new SessionLockError('ERR_NOT_FOUND')
  }
  await recordEvent(db, {
    ...{ userId: session.sub, sid, kind: 'signed-out', at: now },
    address: shortened(peerAddress(request.headers), 64),
    userAgent: shortened(request.headers.get('user-agent')),
    ...{ method: request.method, path: new URL(request.url).pathname },
  })
  const clears = sid === session.sid && session.carrier === 'cookie'
  return new Response(null, {
    status: 204,
    ...(clears && { headers: { 'Set-Cookie': sessionCookie('', env.APP_ORIGIN, 0) } }),
  })
}
