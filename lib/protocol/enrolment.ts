import { compactVerify, decodeProtectedHeader } from 'jose'
import { openEnrolmentChallenge } from './challenge'
import { contentDigest } from './digest'
import { ENROLMENT_TYPE } from './enrol'
import { isBase64url } from './encoding'
import { SessionLockError } from './errors'
import { asPublicJwk, importPoint, rawPoint, thumbprint } from './keys'
import { answered, type ReplayStore } from './stores'
import type { PublicJwk } from './types'
import type { Lock } from './verify'

/** A key whose holder proved, for this very request, that it has the private half. */
export interface Enrolment {
  readonly jwk: PublicJwk
  /** The raw point, 65 bytes. */
  readonly point: Uint8Array<ArrayBuffer>
  readonly jkt: string
}

const LONGEST_ENROLMENT = 8192

/**
 * Verifies the `Session-Lock-Enroll` header of a sign-in (protocol §7; the shape is DBSC's
 * registration), and claims its challenge. Comes before the credentials are looked at.
 *
 * Throws ERR_ENROLMENT_INVALID (no JWS of this form, or not signed by the key it names, or for
 * another origin), ERR_CHALLENGE_REQUIRED and ERR_CHALLENGE_INVALID (none; not ours, expired, used,
 * of another purpose), ERR_DIGEST_MISMATCH (signed beside another body), ERR_STORE_UNAVAILABLE.
 *
 * @param body the bytes of the request's body
 * @param now milliseconds
 */
export async function verifyEnrolment(
  jws: string | null,
  body: Uint8Array<ArrayBuffer>,
  { lock, replay, now }: { lock: Lock; replay: ReplayStore; now: number },
): Promise<Enrolment> {
  if (!jws) refuse('There is no Session-Lock-Enroll header.')
  const parts = jws.length <= LONGEST_ENROLMENT ? jws.split('.') : []
  if (parts.length !== 3 || !parts.every(isBase64url)) refuse('It is not a compact JWS.')
  const enrolment = await readKey(jws)
  const { jti, aud, digest } = await readPayload(jws, enrolment.point)

  if (aud !== lock.origin) refuse('It is for another origin.')
  if (typeof jti !== 'string' || jti === '') throw new SessionLockError('ERR_CHALLENGE_REQUIRED')
  if (typeof digest !== 'string') refuse('It covers no body.')
  if (digest !== (await contentDigest(body))) throw new SessionLockError('ERR_DIGEST_MISMATCH')

  const { id, expiresAt } = await openEnrolmentChallenge(jti, lock.origin, lock.keySets, now)
  if (!(await answered(replay.claim(id, expiresAt)))) {
    throw new SessionLockError('ERR_CHALLENGE_INVALID', {
      detail: 'The challenge was used before.',
    })
  }
  return enrolment
}

async function readKey(jws: string): Promise<Enrolment> {
  const header = attempt(() => decodeProtectedHeader(jws))
  if (header.typ !== ENROLMENT_TYPE) refuse('It has another type.')
  if (header.crit !== undefined) refuse('It has critical headers.')
  const jwk = asPublicJwk(header.jwk)
  const point = jwk && rawPoint(jwk)
  if (!point) refuse('It names no public P-256 key.')
  return { jwk, point, jkt: await thumbprint(jwk) }
}

async function readPayload(jws: string, point: Uint8Array<ArrayBuffer>) {
  try {
    const { payload } = await compactVerify(jws, await importPoint(point), {
      algorithms: ['ES256'],
    })
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload)
    return { ...(JSON.parse(text) as Record<string, unknown>) }
  } catch (cause) {
    return refuse('It is not signed by the key it names.', cause)
  }
}

function attempt<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    return refuse('Its header is not JSON.', cause)
  }
}

function refuse(detail: string, cause?: unknown): never {
  throw new SessionLockError('ERR_ENROLMENT_INVALID', { detail, cause })
}
