import { errors, jwtVerify, SignJWT } from 'jose'
import { randomId } from '@/lib/protocol/encoding'
import { deriveKey } from '@/lib/protocol/keys'
import { LabRefusal, type SchemeServer } from './scheme-server'

/** A plain bearer token: it is bound to nothing, and opens nothing but the sample here. */

export const BEARER_TYPE = 'lab-bearer+jwt'
const AUDIENCE = 'lab'
const LIFE_S = 3600

export const begin: SchemeServer['begin'] = async ({ server, now }) => {
  const owner = randomId()
  const token = await new SignJWT({ sub: owner })
    .setProtectedHeader({ alg: 'HS256', typ: BEARER_TYPE })
    .setAudience(AUDIENCE)
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor(now / 1000) + LIFE_S)
    .sign(await deriveKey(server.env.AUTH_SECRET[0]!, 'lab'))
  return Response.json({ token, owner }, { status: 201 })
}

/** All that a bearer token is asked for (RFC 6750). */
export const identify: SchemeServer['identify'] = async ({ request, server, now }) => {
  const token = request.headers.get('authorization')?.match(/^Bearer (.+)$/i)?.[1]
  if (!token) refuse('token', 'No bearer token was presented.')
  const options = {
    algorithms: ['HS256'],
    typ: BEARER_TYPE,
    audience: AUDIENCE,
    currentDate: new Date(now),
  }
  try {
    const key = await deriveKey(server.env.AUTH_SECRET[0]!, 'lab')
    const { payload } = await jwtVerify(token, key, options)
    return { owner: payload.sub ?? '' }
  } catch (error) {
    if (error instanceof errors.JWTExpired) refuse('expiry', 'The token has expired.')
    refuse('signature', 'This server did not sign the token.')
  }
}

function refuse(check: string, message: string): never {
  throw new LabRefusal(check, 'invalid_token', message, 'Bearer error="invalid_token"')
}
