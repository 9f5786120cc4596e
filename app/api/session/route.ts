import { z } from 'zod'
import { verifyEnrolment, type Enrolment } from '@/lib/protocol/enrolment'
import { SessionLockError } from '@/lib/protocol/errors'
import { HEADER } from '@/lib/protocol/types'
import { authenticate } from '@/lib/server/accounts'
import { parseJson, peerAddress } from '@/lib/server/http'
import { issueSession } from '@/lib/server/issue-session'
import type { Call } from '@/lib/server/call'
import { route } from '@/lib/server/route'
import { signOut } from '@/lib/server/sign-out'
import { findJkt } from '@/lib/server/stores/sessions'
import { createGuest, findUser, type User } from '@/lib/server/stores/users'
import { redeemTicket } from '@/lib/server/tickets'
import { withSession } from '@/lib/server/with-session'

const form = {
  profile: z.union([z.literal(1), z.literal(2)]).optional(),
  carrier: z.enum(['header', 'cookie']).optional(),
}

const SignIn = z
  .union([
    z.strictObject({ guest: z.literal(true), ...form }),
    z.strictObject({ username: z.string(), password: z.string(), ...form }),
    z.strictObject({ ticket: z.string().max(2048), ...form }),
  ])
  .refine(({ carrier, profile }) => !(carrier === 'cookie' && profile === 1), {
    error: 'The cookie carrier is profile 2.',
  })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  /** Signs in. The key is enrolled, and its challenge claimed, before anything else is looked at. */
  async POST(call) {
    const { request, server, now } = call
    const body = await call.body()
    const enrolment = await verifyEnrolment(request.headers.get(HEADER.enrolment), body, {
      ...{ lock: server.lock, replay: server.replay, now },
    })
    const { profile = 2, carrier = 'header', ...who } = parseJson(body, SignIn)
    return issueSession(await identify(who, enrolment, call), enrolment, { profile, carrier }, call)
  },

  GET: withSession(async ({ server, session, now }) => {
    const { sub, sid, profile, carrier, expiresAt } = session
    const [user, jkt] = await Promise.all([findUser(server.db, sub), findJkt(server.db, sid)])
    return Response.json({
      user,
      session: { sid, profile, carrier, jkt, expiresAt },
      serverTime: now,
    })
  }),

  DELETE: withSession((call) => signOut(call, call.session.sid)),
})

async function identify(
  who: { guest: true } | { username: string; password: string } | { ticket: string },
  { jkt }: Enrolment,
  { server, now, request: { headers } }: Call,
): Promise<User> {
  const { db, env, lock, limiter, replay } = server
  if ('username' in who) return authenticate(who, { db, limiter, headers, now })
  if ('guest' in who) {
    limiter.take('guests from an address', peerAddress(headers), now)
    return createGuest(db, now, now + env.SESSION_TTL_S * 1000)
  }
  const sub = await redeemTicket(who.ticket, jkt, { keySets: lock.keySets, replay, now })
  const user = await findUser(db, sub)
  if (!user) throw new SessionLockError('ERR_CREDENTIALS')
  return user
}
