import { SignJWT } from 'jose'
import { z } from 'zod'
import { SessionLockError } from '@/lib/protocol/errors'
import { asPublicJwk, rawPoint } from '@/lib/protocol/keys'
import { parseJson, peerAddress } from '@/lib/server/http'
import { route } from '@/lib/server/route'

const Sample = z.object({ jwk: z.unknown() })

/**
 * Signs a token that looks like a session's and is none: its type is refused everywhere. The first
 * page shows it, with a signature by the key that the visitor's browser has just made.
 */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  async POST({ request, body, server: { lock, limiter }, now }) {
    limiter.take('enrolment challenges to an address', peerAddress(request.headers), now)
    const jwk = asPublicJwk(parseJson(await body(), Sample).jwk)
    if (!jwk || !rawPoint(jwk)) throw new SessionLockError('ERR_INPUT', { detail: 'No P-256 key.' })
    const { kid, key } = lock.keySets[0]!
    const token = await new SignJWT({ cnf: { jwk } })
      .setProtectedHeader({ alg: 'HS256', typ: 'session-lock-sample+jwt', kid })
      .setIssuer(lock.origin)
      .setSubject('you')
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.floor(now / 1000) + 60)
      .sign(key.token)
    return Response.json({ token }, { status: 201 })
  },
})
