import { decodeJwt, EmbeddedJWK, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import { decodeBase64url, encodeBase64url } from '@/lib/protocol/encoding'
import { asPublicJwk, importPoint, rawPoint, thumbprint } from '@/lib/protocol/keys'
import { PROOF_TYPE } from './fields'
import { DbscRefusal } from './refusal'

/** DBSC proofs: the JWTs that the browser signs, when it registers and when it refreshes. */

/** A proof is a few hundred characters; what is longer is not looked at. */
const MOST_CHARACTERS = 4096
const OPTIONS = { typ: PROOF_TYPE, algorithms: ['ES256'] }

const Payload = z.object({
  jti: z.string().max(256),
  /** A copy of what the offer said. */
  authorization: z.string().max(256).optional(),
  /** The draft has it, Chromium leaves it out. */
  aud: z.string().optional(),
})

export interface Registration {
  readonly challenge: string
  readonly authorization: string
  /** base64url of the raw point. */
  readonly publicKey: string
  readonly jkt: string
}

/**
 * Verifies a registration: signed by the key that its own header brings. Challenge and authorization
 * are still to be judged.
 *
 * @param audience the address that it was sent to
 */
export async function verifyRegistration(
  proof: string | undefined,
  audience: string,
): Promise<Registration> {
  const { payload, protectedHeader } = await verify(proof, EmbeddedJWK)
  const claims = readClaims(payload, audience)
  const jwk = asPublicJwk(protectedHeader.jwk)
  const point = jwk && rawPoint(jwk)
  if (!jwk || !point) refuse('The key is not a public P-256 key.')
  return {
    challenge: claims.jti,
    authorization: claims.authorization ?? '',
    publicKey: encodeBase64url(point),
    jkt: await thumbprint(jwk),
  }
}

/**
 * Verifies a refresh: signed by the key that was registered, whatever its header may bring. Resolves
 * with the challenge that it covers, which is still to be judged.
 */
export async function verifyRefresh(
  proof: string,
  publicKey: string,
  audience: string,
): Promise<string> {
  const key = await importPoint(decodeBase64url(publicKey) ?? new Uint8Array())
  const { payload } = await verify(proof, async () => key)
  return readClaims(payload, audience).jti
}

/** The authorization that a registration claims to have, before anything of it is believed. */
export function claimedAuthorization(proof: string | undefined): string {
  try {
    const { authorization } = decodeJwt(String(proof))
    return typeof authorization === 'string' ? authorization : ''
  } catch {
    return ''
  }
}

async function verify(proof: string | undefined, getKey: typeof EmbeddedJWK) {
  if (!proof) refuse('There is no proof in Secure-Session-Response.')
  if (proof.length > MOST_CHARACTERS) refuse('The proof is too long.')
  try {
    return await jwtVerify(proof, getKey, OPTIONS)
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      refuse('The proof is not signed by this session’s key.')
    }
    // Whatever else it is that a client can bring about, the client is told; it is never our fault.
    refuse(error instanceof errors.JOSEError ? error.message : 'The proof cannot be read.')
  }
}

function readClaims(payload: unknown, audience: string) {
  const { success, data } = Payload.safeParse(payload)
  if (!success) refuse('The proof has no claims of the expected form.')
  if (data.aud !== undefined && data.aud !== audience) refuse('The proof is for another address.')
  return data
}

/** Any status from 400 on, but for 403, makes the browser end the session. */
function refuse(message: string): never {
  throw new DbscRefusal(401, 'proof', 'proof_invalid', message)
}
