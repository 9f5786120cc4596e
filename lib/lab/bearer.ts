import { jwtVerify, SignJWT } from 'jose'
import { SessionLockError } from '@/lib/protocol/errors'
import { deriveKey } from '@/lib/protocol/keys'

/**
 * The control of the comparison: a plain bearer token, as most applications issue them. It is bound
 * to nothing, and opens nothing but the sample here.
 */

export const BEARER_TYPE = 'lab-bearer+jwt'

/** What the token opens: the same for everybody, and nobody's. */
export const SAMPLE = { owner: 'a sample account', note: 'The safe’s combination is 7-21-42.' }

const AUDIENCE = 'lab'

/** @param secret a member of `AUTH_SECRET`; the lab's key is derived for the lab alone */
export async function issueBearer(secret: string, now: number): Promise<string> {
  return new SignJWT({ sub: 'sample' })
    .setProtectedHeader({ alg: 'HS256', typ: BEARER_TYPE })
    .setAudience(AUDIENCE)
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor(now / 1000) + 3600)
    .sign(await deriveKey(secret, 'lab'))
}

/** All that a bearer token is asked for. Throws ERR_TOKEN_MISSING or ERR_TOKEN_INVALID. */
export async function verifyBearer(request: Request, secret: string, now: number): Promise<void> {
  const token = request.headers.get('authorization')?.match(/^Bearer (.+)$/i)?.[1]
  if (!token) throw new SessionLockError('ERR_TOKEN_MISSING')
  const options = {
    algorithms: ['HS256'],
    typ: BEARER_TYPE,
    audience: AUDIENCE,
    currentDate: new Date(now),
  }
  await jwtVerify(token, await deriveKey(secret, 'lab'), options).catch((cause: unknown) => {
    throw new SessionLockError('ERR_TOKEN_INVALID', { cause })
  })
}
