import { createECDH } from 'node:crypto'
import { EmbeddedJWK, calculateJwkThumbprint, decodeJwt, importJWK, jwtVerify, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { encodeBase64url, randomId } from '@/lib/protocol/encoding'
import { deriveKey } from '@/lib/protocol/keys'
import type { Call } from '@/lib/server/call'
import { getLab } from './lab'
import { LabRefusal, type SchemeServer } from './scheme-server'

/**
 * DPoP (RFC 9449) as a resource server does it: oauth4webapi verifies the access token and the
 * proof; the nonce (§9) and the memory of used proofs (§11.1), which it leaves to us, come after.
 */

const LIFE_S = 3600
/** oauth4webapi takes a proof whose `iat` is this far off, either way. */
const PROOF_WINDOW_MS = 300_000
const KID = 'lab'

/** The token endpoint: the access token is bound to the key whose holder proves to have it (§5). */
export const begin: SchemeServer['begin'] = async (call) => {
  const { server, now } = call
  const jkt = await verifyProofAtTokenEndpoint(call)
  const { privateKey } = await signingKey(server.env.AUTH_SECRET[0]!)
  const owner = randomId()
  const token = await new SignJWT({ cnf: { jkt }, client_id: 'lab', jti: randomId() })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: KID })
    .setIssuer(server.env.APP_ORIGIN)
    .setSubject(owner)
    .setAudience(server.env.APP_ORIGIN)
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor(now / 1000) + LIFE_S)
    .sign(privateKey)
  return Response.json({ token, token_type: 'DPoP', owner }, { status: 201 })
}

export const identify: SchemeServer['identify'] = async (call) => {
  const { server, now } = call
  const request = asSigned(call)
  const { publicJwk } = await signingKey(server.env.AUTH_SECRET[0]!)
  const issuer = server.env.APP_ORIGIN
  const as: oauth.AuthorizationServer = { issuer, jwks_uri: `${issuer}/jwks` }
  const jwks: oauth.JWKSCacheInput = { jwks: { keys: [publicJwk] }, uat: Math.floor(now / 1000) }
  const claims = await oauth
    .validateJwtAccessToken(as, request, issuer, {
      requireDPoP: true,
      [oauth.jwksCache]: jwks,
    })
    .catch(explain)
  await assertNonceAndOnce(request.headers.get('dpop') ?? '', claims.cnf?.jkt ?? '', call)
  return { owner: claims.sub }
}

/** The request under the one origin that proofs are written for, whatever the Host header says. */
function asSigned({ request, server }: Call): Request {
  const { pathname, search } = new URL(request.url)
  const { method, headers } = request
  return new Request(server.env.APP_ORIGIN + pathname + search, { method, headers })
}

async function verifyProofAtTokenEndpoint(call: Call): Promise<string> {
  const { method, url, headers } = asSigned(call)
  const proof = headers.get('dpop') ?? ''
  const options = { typ: 'dpop+jwt', algorithms: ['ES256'], currentDate: new Date(call.now) }
  const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, options).catch(() =>
    refuse('proof', 'invalid_dpop_proof', 'The proof is none.'),
  )
  const isForThis = payload.htm === method && payload.htu === url
  const isRecent = Math.abs(call.now - (payload.iat ?? 0) * 1000) <= PROOF_WINDOW_MS
  if (!isForThis || !isRecent)
    refuse('proof', 'invalid_dpop_proof', 'The proof is for another use.')
  const jkt = await calculateJwkThumbprint(protectedHeader.jwk!)
  await assertNonceAndOnce(proof, jkt, call)
  return jkt
}

/** What a library cannot do for a server: its own nonce, and its own memory. */
async function assertNonceAndOnce(
  proof: string,
  jkt: string,
  { server, now }: Call,
): Promise<void> {
  const { nonce, jti = '', iat = 0 } = decodeJwt<{ nonce?: string }>(proof)
  const { nonces, replay } = await getLab(server)
  if (!nonce || !(await nonces.accepts(nonce, now))) {
    refuse('nonce', 'use_dpop_nonce', 'The proof covers no current nonce of this server.')
  }
  if (!(await replay.claim(`${jkt}.${jti}`, iat * 1000 + 2 * PROOF_WINDOW_MS))) {
    refuse('replay', 'invalid_dpop_proof', 'This proof was used before.')
  }
}

/** Each answer brings the nonce that the next proof must cover (§8.2). */
export const decorate: SchemeServer['decorate'] = async ({ server, now }, response) => {
  const { nonces } = await getLab(server)
  response.headers.set('DPoP-Nonce', await nonces.current(now))
}

/** What oauth4webapi objects to, in RFC 9449's two words. */
function explain(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error)
  if (/DPoP|confirmation/i.test(message)) {
    const [, named = 'proof'] = message.match(/\b(htm|htu|ath|iat|confirmation)\b/) ?? []
    const check = named === 'confirmation' ? 'key' : named
    refuse(check, 'invalid_dpop_proof', message)
  }
  refuse('access token', 'invalid_token', message)
}

function refuse(check: string, code: string, message: string): never {
  throw new LabRefusal(check, code, message, `DPoP error="${code}", algs="ES256"`)
}

/** The authorization server's key: derived, so that all processes sharing a secret agree. */
async function signingKey(secret: string) {
  const d = await deriveKey(secret, 'lab-dpop')
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(d)
  const point = ecdh.getPublicKey()
  const publicJwk = {
    ...{ kty: 'EC', crv: 'P-256', alg: 'ES256', kid: KID },
    x: encodeBase64url(point.subarray(1, 33)),
    y: encodeBase64url(point.subarray(33)),
  }
  const privateKey = await importJWK({ ...publicJwk, d: encodeBase64url(d) }, 'ES256')
  return { publicJwk, privateKey }
}
