import { encodeBase64url, randomId } from '@/lib/protocol/encoding'
import type { Enrolment } from '@/lib/protocol/enrolment'
import { cookieName } from '@/lib/protocol/presented'
import { issueToken } from '@/lib/protocol/token'
import type { Carrier, Profile } from '@/lib/protocol/types'
import { hashCookie } from '@/lib/protocol/verify'
import { peerAddress, shortened } from './http'
import type { Call } from './call'
import { recordEvent } from './stores/events'
import { insertSession } from './stores/sessions'
import type { User } from './stores/users'

export interface SessionForm {
  readonly profile: Profile
  readonly carrier: Carrier
}

/**
 * The one mint: there is no session that was not bound, at birth, to a key whose holder has just
 * proved to hold it (protocol §7).
 */
export async function issueSession(
  user: User,
  enrolment: Enrolment,
  { profile, carrier }: SessionForm,
  call: Call,
): Promise<Response> {
  const { server, now, request } = call
  const { env, lock, db } = server
  const sid = randomId()
  const cookie = carrier === 'cookie' ? randomId(256) : undefined
  // The token says whole seconds, so the session ends on one.
  const expiresAt = (Math.floor(now / 1000) + env.SESSION_TTL_S) * 1000
  const userAgent = shortened(request.headers.get('user-agent'))
  await insertSession(db, {
    ...{ sid, userId: user.id, profile, carrier, userAgent, createdAt: now, expiresAt },
    jkt: enrolment.jkt,
    publicKey: encodeBase64url(enrolment.point),
    cookieHash: cookie ? await hashCookie(cookie) : null,
  })
  await recordEvent(db, {
    ...{ userId: user.id, sid, kind: 'signed-in', at: now, userAgent },
    ...{
      address: shortened(peerAddress(request.headers), 64),
      method: 'POST',
      path: '/api/session',
    },
  })
  const facts = { sub: user.id, sid, jwk: enrolment.jwk, profile, issuedAt: now, expiresAt }
  const body = { sid, expiresAt, serverTime: now }
  if (cookie) {
    const headers = { 'Set-Cookie': sessionCookie(cookie, env.APP_ORIGIN, env.SESSION_TTL_S) }
    return Response.json(body, { status: 201, headers })
  }
  const token = await issueToken(facts, lock.origin, lock.keySets)
  return Response.json({ token, ...body }, { status: 201 })
}

/** The session cookie; with an empty value and no life it clears the one that is there. */
export function sessionCookie(value: string, origin: string, maxAgeS: number): string {
  const secure = origin.startsWith('https:') ? '; Secure' : ''
  return `${cookieName(origin)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeS}${secure}`
}
