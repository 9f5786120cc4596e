import { errors, jwtVerify, SignJWT } from 'jose'
import { decodeBase64url, encodeBase64 } from './encoding'
import { SessionLockError, type Accused } from './errors'
import { asPublicJwk, importPoint, keyNamedBy, rawPoint, type KeySet } from './keys'
import { assertTokenEncoding } from './presented'
import type { Carrier, Profile, PublicJwk, SessionClaims } from './types'

/** The session token: a JWT that this server signed, and what its signature proves (protocol §2). */

const TYPE = { 1: 'JWT', 2: 'session-lock+jwt' } as const satisfies Record<Profile, string>

/** What a server knows of a session before it looks at the proof. */
export interface BoundSession {
  readonly sid: string
  readonly sub: string
  readonly profile: Profile
  readonly carrier: Carrier
  /** Milliseconds. */
  readonly expiresAt: number
  readonly key: CryptoKey
}

export interface TokenFacts {
  readonly sub: string
  readonly sid: string
  readonly jwk: PublicJwk
  readonly profile: Profile
  /** Milliseconds. */
  readonly issuedAt: number
  /** Milliseconds. */
  readonly expiresAt: number
}

/** Signs a session token with the first key set. */
export function issueToken(facts: TokenFacts, issuer: string, keySets: KeySet[]): Promise<string> {
  const { kid, key } = keySets[0]!
  const { sub, sid, jwk, profile } = facts
  const claims = { sid, cnf: { jwk }, slp: profile, slc: 'header' as const }
  const point = profile === 1 && { publicKey: encodeBase64(rawPoint(jwk)!) }
  return new SignJWT({ ...claims, ...point })
    .setProtectedHeader({ alg: 'HS256', typ: TYPE[profile], kid })
    .setIssuer(issuer)
    .setSubject(sub)
    .setIssuedAt(Math.floor(facts.issuedAt / 1000))
    .setExpirationTime(Math.floor(facts.expiresAt / 1000))
    .sign(key.token)
}

/**
 * Verifies session tokens, and remembers what a signature has proved: the text stands for its
 * claims and for the imported key until it expires. At most `limit` of them, in two generations:
 * when the younger one is full it becomes the older, and what was not used since then is forgotten.
 */
export function createTokenVerifier(issuer: string, keySets: KeySet[], limit = 2000) {
  let recent = new Map<string, BoundSession>()
  let older = new Map<string, BoundSession>()

  /**
   * Throws ERR_TOKEN_MALFORMED, ERR_TOKEN_INVALID or ERR_TOKEN_EXPIRED.
   *
   * @param now milliseconds
   */
  return async function verifyToken(jwt: string, now: number): Promise<BoundSession> {
    let session = recent.get(jwt)
    if (!session) {
      session = older.get(jwt) ?? (await verifyAnew(jwt, issuer, keySets, now))
      if (recent.size >= limit / 2) [recent, older] = [new Map(), recent]
      recent.set(jwt, session)
    }
    if (!(now < session.expiresAt)) throw expired(session)
    return session
  }
}

/** The token was ours, so its owner may hear of it. */
function expired({ sid, sub }: Accused): SessionLockError {
  const error = new SessionLockError('ERR_TOKEN_EXPIRED')
  error.accused = { sid, sub }
  return error
}

export type VerifyToken = ReturnType<typeof createTokenVerifier>

async function verifyAnew(
  jwt: string,
  issuer: string,
  keySets: KeySet[],
  now: number,
): Promise<BoundSession> {
  assertTokenEncoding(jwt)
  const options = {
    algorithms: ['HS256'],
    issuer,
    currentDate: new Date(now),
    requiredClaims: ['sub', 'iat', 'exp'],
  }
  const { payload, protectedHeader } = await jwtVerify(
    jwt,
    keyNamedBy(keySets, 'token'),
    options,
  ).catch((cause: unknown) => {
    if (cause instanceof SessionLockError) throw cause
    if (cause instanceof errors.JWTExpired) throw expired(cause.payload as unknown as Accused)
    throw new SessionLockError('ERR_TOKEN_INVALID', { cause })
  })
  const claims = payload as Partial<SessionClaims>
  const { sub, sid, exp, slp, slc } = claims
  const jwk = asPublicJwk(claims.cnf?.jwk)
  const point = jwk && rawPoint(jwk)
  const isOurs =
    typeof sub === 'string' &&
    typeof sid === 'string' &&
    decodeBase64url(sid)?.length === 16 &&
    (slp === 1 || slp === 2) &&
    slc === 'header' &&
    protectedHeader.typ === TYPE[slp]
  if (!isOurs || !point) throw new SessionLockError('ERR_TOKEN_INVALID')
  const key = await importPoint(point)
  return { sid, sub, profile: slp, carrier: slc, expiresAt: exp! * 1000, key }
}
