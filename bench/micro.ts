import { generateProof } from 'dpop'
import {
  jwtVerify,
  SignJWT,
  calculateJwkThumbprint,
  exportJWK,
  type importJWK,
  decodeJwt,
  EmbeddedJWK,
} from 'jose'
import * as oauth from 'oauth4webapi'
import { utf8 } from '../lib/protocol/encoding'
import { createKeyPair } from '../lib/protocol/enrol'
import { asPublicJwk } from '../lib/protocol/keys'
import { proveRequest } from '../lib/protocol/prove'
import { createMemoryReplayStore } from '../lib/protocol/stores'
import { createTokenVerifier } from '../lib/protocol/token'
import { createWorld, ORIGIN, signedRequest, signIn } from '../lib/protocol/testing'
import { ES256 } from '../lib/protocol/types'
import { verifyRequest } from '../lib/protocol/verify'
import { createStatementClock } from '../lib/client/statement-clock'

/**
 * Verification and signing in this process. Every contestant does its work on the same requests, in
 * rounds that take turns, so that what the machine does meanwhile falls on all alike.
 */

const ROUNDS = 31
const EACH = 120
type Task = (i: number) => Promise<unknown>

/** Medians of microseconds a call, of rounds that take turns, in an order that turns too. */
async function measure(tasks: Record<string, Task>): Promise<Record<string, number>> {
  const names = Object.keys(tasks)
  const times: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (let k = 0; k < names.length; k++) {
      const name = names[(k + round) % names.length]!
      const task = tasks[name]!
      const startedAt = performance.now()
      for (let i = 0; i < EACH; i++) await task(round * EACH + i)
      // The first round warms up.
      if (round > 0) times[name]!.push(((performance.now() - startedAt) * 1000) / EACH)
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name]!)]))
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!

const world = await createWorld({ maxAgeMs: 1e9 })
world.clock.now = Date.now()
const client = await signIn(world)
const count = ROUNDS * EACH
const requests = await Promise.all(
  Array.from({ length: count }, (_, i) =>
    signedRequest(world, client, { timestamp: world.clock.now - i }),
  ),
)

// A DPoP resource server (RFC 9449), by oauth4webapi: an ES256 access token and a proof per request.
const server = await crypto.subtle.generateKey(ES256, true, ['sign', 'verify'])
const dpopKeys = await createKeyPair()
const jkt = await calculateJwkThumbprint(await exportJWK(dpopKeys.publicKey))
const serverJwk = { ...(await exportJWK(server.publicKey)), kid: 'k', alg: 'ES256' }
const accessToken = await new SignJWT({ cnf: { jkt }, client_id: 'c', jti: 'j' })
  .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k' })
  .setIssuer(ORIGIN)
  .setSubject('user-1')
  .setAudience(ORIGIN)
  .setIssuedAt()
  .setExpirationTime('1h')
  .sign(server.privateKey)
const dpopRequests = await Promise.all(
  Array.from({ length: count }, async () => {
    const proof = await generateProof(
      dpopKeys,
      `${ORIGIN}/api/notes`,
      'GET',
      undefined,
      accessToken,
    )
    const headers = { Authorization: `DPoP ${accessToken}`, DPoP: proof }
    return new Request(`${ORIGIN}/api/notes`, { headers })
  }),
)
const as: oauth.AuthorizationServer = { issuer: ORIGIN, jwks_uri: `${ORIGIN}/jwks` }
const jwksCache: oauth.JWKSCacheInput = { jwks: { keys: [serverJwk as oauth.JWK] }, uat: 2 ** 40 }
const dpopOptions = { requireDPoP: true, [oauth.jwksCache]: jwksCache }

/** The same DPoP checks, given our cache: what the access token proved is remembered by its text. */
const provedTokens = new Map<string, { jkt: string; ath: string }>()
const importedKeys = new Map<string, Awaited<ReturnType<typeof importJWK>>>()
async function verifyDPoPWithCache(request: Request): Promise<void> {
  const token = request.headers.get('Authorization')!.slice(5)
  let proved = provedTokens.get(token)
  if (!proved) {
    await jwtVerify(token, server.publicKey, { typ: 'at+jwt', audience: ORIGIN, issuer: ORIGIN })
    const ath = Buffer.from(await crypto.subtle.digest('SHA-256', utf8(token))).toString(
      'base64url',
    )
    proved = { jkt, ath }
    provedTokens.set(token, proved)
  }
  const { payload } = await jwtVerify(
    request.headers.get('DPoP')!,
    async (header, jws) => {
      const known = importedKeys.get(header.jwk!.x!)
      if (known) return known
      if ((await calculateJwkThumbprint(header.jwk!)) !== proved.jkt) throw new Error('another key')
      const key = await EmbeddedJWK(header, jws)
      importedKeys.set(header.jwk!.x!, key)
      return key
    },
    { typ: 'dpop+jwt', algorithms: ['ES256'], maxTokenAge: '300 s' },
  )
  const { origin, pathname } = new URL(request.url)
  if (
    payload.htm !== request.method ||
    payload.htu !== origin + pathname ||
    payload.ath !== proved.ath
  ) {
    throw new Error('another request')
  }
}

const statement = utf8('x'.repeat(600))
const signature = await crypto.subtle.sign(ES256, client.privateKey, statement)
const context = world.edge()
const verification = await measure({
  bare: () => crypto.subtle.verify(ES256, client.keyPair.publicKey, signature, statement),
  warm: (i) => verifyRequest(requests[i]!, context),
  cold: (i) =>
    verifyRequest(requests[i]!, {
      ...context,
      lock: { ...world.lock, verifyToken: createTokenVerifier(ORIGIN, world.lock.keySets) },
    }),
  dpop: (i) => oauth.validateJwtAccessToken(as, dpopRequests[i]!, ORIGIN, dpopOptions),
  dpopCached: (i) => verifyDPoPWithCache(dpopRequests[i]!),
  jwtVerify: () => jwtVerify(accessToken, server.publicKey),
})

const clock = createStatementClock()
const facts = {
  method: 'GET',
  url: `${ORIGIN}/api/notes`,
  headers: new Headers({
    'Session-Lock-Challenge': await world.lock.challenges.current(world.clock.now),
  }),
}
const signing = await measure({
  bare: () => crypto.subtle.sign(ES256, client.privateKey, statement),
  ours: () => proveRequest(facts, client, clock.next(), ORIGIN),
  dpop: () => generateProof(dpopKeys, facts.url, 'GET', undefined, accessToken),
})

const replay = createMemoryReplayStore(() => Date.now())
const claims = await measure({
  memory: (i) => replay.claim(`sid.${i}.${Math.random()}`, Date.now() + 70_000),
})

// The token is ours alone to have cached, so the comparison stands on the same footing.
if (decodeJwt(accessToken).sub !== 'user-1' || !asPublicJwk(client.jwk))
  throw new Error('not reached')
process.send!({ verification, signing, claims })
