import { contentDigest } from './digest'
import { encodeBase64url, utf8 } from './encoding'
import { sign } from './prove'
import { ES256, type PublicJwk } from './types'

/** The client's half of enrolment (protocol §7): the session is bound to its key at birth. */

/** A new key pair for a session. The private half cannot be exported, by anyone. */
export function createKeyPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ES256, false, ['sign', 'verify'])
}

/** `typ` of an enrolment. */
export const ENROLMENT_TYPE = 'session-lock-enroll+jwt'

/**
 * Signs an enrolment: the JWS that goes into `Session-Lock-Enroll` beside the body it covers.
 *
 * @param challenge from `GET /api/session/challenge`, good once
 * @param origin the origin that the key is enrolled at
 * @param body the bytes of the request's body
 */
export async function createEnrolment(
  keyPair: CryptoKeyPair,
  challenge: string,
  origin: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keyPair.publicKey)
  const jwk = { kty, crv, x, y } as PublicJwk
  const header = { alg: 'ES256', typ: ENROLMENT_TYPE, jwk }
  const payload = { jti: challenge, aud: origin, digest: await contentDigest(body) }
  const input = `${encodeJson(header)}.${encodeJson(payload)}`
  return `${input}.${encodeBase64url(await sign(keyPair.privateKey, input))}`
}

function encodeJson(value: unknown): string {
  return encodeBase64url(utf8(JSON.stringify(value)))
}
