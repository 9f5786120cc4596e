import { SessionLockError } from '@/lib/protocol/errors'
import { verifyRequest, type VerifiedSession } from '@/lib/protocol/verify'
import { describeRefusal, recordRefusal } from './refusals'
import type { Call, Handler } from './call'
import { touchSession } from './stores/sessions'

/** A request whose sender has proved to hold the session's key. */
export interface SessionCall extends Call {
  readonly session: VerifiedSession
}

/**
 * Runs a handler for the session's owner, and for nobody else: all checks are made here, with the
 * stores, whatever the edge has made of the request before.
 */
export function withSession(handler: Handler<SessionCall>): Handler {
  return async (call) => {
    const startedAt = performance.now()
    const session = await verify(call)
    const verifyMs = performance.now() - startedAt
    const response = await handler({ ...call, session })
    response.headers.set('Server-Timing', `verify;dur=${verifyMs.toFixed(2)}`)
    return response
  }
}

async function verify({ request, server, now, body }: Call): Promise<VerifiedSession> {
  const { lock, sessions, replay, db } = server
  try {
    const stores = { sessions, replay, readBody: body }
    const session = await verifyRequest(request, { lock, now, stores })
    await touchSession(db, session.sid, now)
    return session
  } catch (error) {
    if (error instanceof SessionLockError && error.status === 401) {
      const report = await describeRefusal(error, request, lock.origin, now)
      // Whether it can be recorded changes nothing of the verdict.
      if (report) await recordRefusal(server, report).catch(console.error)
    }
    throw error
  }
}
