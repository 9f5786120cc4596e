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
import { verifyRequest, type VerifyContext } from '../lib/protocol/verify'
import { createStatementClock } from '../lib/client/statement-clock'
import { nodeCrypto } from '../lib/server/node-crypto'

/**
 * Verification and signing in this process. Every contestant does the same work, in rounds that take
 * turns, so that what the machine does meanwhile falls on all alike.
 */

const ROUNDS = 31
const EACH = 120
const WARM_UP = 5
/**
 * Gives what is done in a round, `EACH` times. Its requests are made before any clock starts, and for
 * one round only: no server takes a request twice, and none holds thousands that it has answered.
 */
type Contestant = () => Promise<(i: number) => Promise<unknown>>

/**
 * Medians of microseconds a call, in rounds that take turns, in an order that turns too. Single calls
 * and not rounds are what is compared: others use the machine, and a round is rarely left alone.
 */
async function measure(contestants: Record<string, Contestant>): Promise<Record<string, number>> {
  const names = Object.keys(contestants)
  const times = names.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    const work = await Promise.all(names.map((name) => contestants[name]!()))
    for (let k = 0; k < names.length; k++) {
      const at = (k + round) % names.length
      for (let i = 0; i < EACH; i++) {
        const startedAt = performance.now()
        await work[at]!(i)
        // The first rounds warm up.
        if (round >= WARM_UP) times[at]!.push((performance.now() - startedAt) * 1000)
      }
    }
  }
  return Object.fromEntries(names.map((name, at) => [name, median(times[at]!)]))
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!

const world = await createWorld({ maxAgeMs: 1e9 })
world.clock.now = Date.now()
const client = await signIn(world)
let timestamp = world.clock.now
const each = <T>(make: () => Promise<T>) => Promise.all(Array.from({ length: EACH }, make))
/** A contestant that verifies requests of ours, in a context made for each. */
const verifying = (context: () => VerifyContext) => async () => {
  const given = await each(async () => ({
    request: await signedRequest(world, client, { timestamp: timestamp-- }),
    context: context(),
  }))
  return (i: number) => verifyRequest(given[i]!.request, given[i]!.context)
}
/** The same with nothing of the token remembered. */
const forgetful = (context: () => VerifyContext) => () => {
  const { lock, ...rest } = context()
  return { ...rest, lock: { ...lock, verifyToken: createTokenVerifier(ORIGIN, lock.keySets) } }
}

/**
 * The handlers' half of the same server, with Node's primitives. What is compared with DPoP are the
 * checks that need no store, on both sides: its libraries leave replay to others.
 */
const handlers = await createWorld({ maxAgeMs: 1e9, primitives: nodeCrypto })
handlers.clock.now = world.clock.now
handlers.rows.push(...world.rows)
const withoutStores = () => ({ lock: handlers.lock, now: handlers.clock.now })

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
async function dpopRequest(): Promise<Request> {
  const url = `${ORIGIN}/api/notes`
  const proof = await generateProof(dpopKeys, url, 'GET', undefined, accessToken)
  return new Request(url, { headers: { Authorization: `DPoP ${accessToken}`, DPoP: proof } })
}
/** A contestant that verifies such requests. */
const verifyingDPoP = (verify: (request: Request) => Promise<unknown>) => async () => {
  const requests = await each(dpopRequest)
  return (i: number) => verify(requests[i]!)
}
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
const signature = new Uint8Array(await crypto.subtle.sign(ES256, client.privateKey, statement))
const { publicKey } = client.keyPair
const verification = await measure({
  bare: async () => () => crypto.subtle.verify(ES256, publicKey, signature, statement),
  bareNode: async () => async () => nodeCrypto.verifySignature(publicKey, signature, statement),
  edgeWarm: verifying(() => world.edge()),
  edgeCold: verifying(forgetful(() => world.edge())),
  handlerWarm: verifying(withoutStores),
  handlerCold: verifying(forgetful(withoutStores)),
  handlerNine: verifying(() => handlers.handler()),
  dpop: verifyingDPoP((request) => oauth.validateJwtAccessToken(as, request, ORIGIN, dpopOptions)),
  dpopCached: verifyingDPoP(verifyDPoPWithCache),
  jwtVerify: async () => () => jwtVerify(accessToken, server.publicKey),
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
  bare: async () => () => crypto.subtle.sign(ES256, client.privateKey, statement),
  ours: async () => () => proveRequest(facts, client, clock.next(), ORIGIN),
  dpop: async () => () => generateProof(dpopKeys, facts.url, 'GET', undefined, accessToken),
})

const replay = createMemoryReplayStore(() => Date.now())
const claims = await measure({
  memory: async () => (i) => replay.claim(`sid.${i}.${Math.random()}`, Date.now() + 70_000),
})

// The token is ours alone to have cached, so the comparison stands on the same footing.
if (decodeJwt(accessToken).sub !== 'user-1' || !asPublicJwk(client.jwk))
  throw new Error('not reached')
process.send!({ verification, signing, claims })
