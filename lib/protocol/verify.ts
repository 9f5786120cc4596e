import { createRequestChallenges, type RequestChallenges } from './challenge'
import { contentDigest } from './digest'
import { decodeBase64url, encodeBase64url, utf8 } from './encoding'
import { SessionLockError, type Accused } from './errors'
import { deriveKeySets, importPoint, type KeySet } from './keys'
import { parseProof, readPresented, type ParsedProof, type Presented } from './presented'
import { webCrypto, type Primitives } from './primitives'
import {
  replayIdOfProfile1,
  replayIdOfProfile2,
  statementOfProfile1,
  statementOfProfile2,
} from './statement'
import { answered, type ReplayStore, type SessionStore } from './stores'
import { targetUri } from './target-uri'
import { createTokenVerifier, type BoundSession, type VerifyToken } from './token'
import { HEADER } from './types'

/** What does not change from request to request. */
export interface Lock {
  /** The one origin that target URIs are signed for; `iss` of the tokens. */
  readonly origin: string
  readonly keySets: KeySet[]
  readonly challenges: RequestChallenges
  readonly verifyToken: VerifyToken
  readonly maxAgeMs: number
  readonly toleranceMs: number
  readonly primitives: Primitives
}

export interface LockOptions {
  /** Of 32 bytes or more each; the first signs, all verify. */
  secrets: readonly string[]
  origin: string
  /** How old a proof may be, in ms. */
  maxAgeMs?: number
  /** How far ahead of the server's clock a proof may be, in ms. */
  toleranceMs?: number
  /** Life of a request challenge, in s. */
  challengeWindowS?: number
  /** WebCrypto's unless told. */
  primitives?: Primitives
}

/** Derives the keys and opens the caches. Make one per process and keep it. */
export async function createLock(options: LockOptions): Promise<Lock> {
  const { origin, maxAgeMs = 10_000, toleranceMs = 5_000, challengeWindowS = 150 } = options
  const { primitives = webCrypto } = options
  const keySets = await deriveKeySets(options.secrets)
  return {
    origin,
    keySets,
    challenges: createRequestChallenges(origin, keySets, challengeWindowS),
    verifyToken: createTokenVerifier(origin, keySets),
    maxAgeMs,
    toleranceMs,
    primitives,
  }
}

/** What a verification is given. Without `stores` it is the stateless one of the edge. */
export interface VerifyContext {
  readonly lock: Lock
  /** Milliseconds. */
  readonly now: number
  readonly stores?: {
    readonly sessions: SessionStore
    readonly replay: ReplayStore
    /** The bytes of the body, read once; may throw ERR_BODY_TOO_LARGE. */
    readonly readBody: () => Promise<Uint8Array<ArrayBuffer>>
  }
}

export type VerifiedSession = Omit<BoundSession, 'key'>

/**
 * Verifies a request, in the order of protocol §5; the first check that fails decides the code.
 *
 * With stores it decides. Without them (at the edge) it makes the stateless checks with the very
 * same code, and resolves with `undefined` for a cookie, whose key only the store knows.
 * Having passed without stores proves nothing to whoever has them.
 *
 * @example
 * const session = await verifyRequest(request, { lock, now: Date.now(), stores })
 */
export async function verifyRequest(
  request: Request,
  context: VerifyContext & { stores: object },
): Promise<VerifiedSession>
export async function verifyRequest(
  request: Request,
  context: VerifyContext,
): Promise<VerifiedSession | undefined>
export async function verifyRequest(
  request: Request,
  context: VerifyContext,
): Promise<VerifiedSession | undefined> {
  const { lock, stores } = context
  let session: BoundSession | undefined
  try {
    const presented = readPresented(request.headers, lock.origin)
    session = await (presented.carrier === 'header'
      ? lock.verifyToken(presented.token, context.now)
      : identifyByCookie(presented.token, context))
    if (session) assertIssuedFor(session, presented)
    const proof = parseProof(presented)
    if (presented.carrier === 'cookie' && !stores) return undefined
    if (!session) throw new SessionLockError('ERR_SESSION_REVOKED')
    const statement = await verifyProof(proof, presented, session, request, lock)
    assertFresh(proof, context)
    if (session.profile === 2) {
      await assertChallenge(request, context)
      if (stores) await assertBody(request, await stores.readBody())
    }
    if (stores) {
      await claimOnce(statement, proof, session, stores.replay, lock)
      await assertStands(session, stores.sessions, context.now)
    }
    const { key: _, ...verified } = session
    return Object.freeze(verified)
  } catch (error) {
    if (session && error instanceof SessionLockError) error.accused = accuse(session)
    throw error
  }
}

function accuse({ sid, sub }: BoundSession): Accused {
  return { sid, sub }
}

/** token, of a cookie: what the server's own store says the session is. */
async function identifyByCookie(
  cookie: string,
  { lock, now, stores }: VerifyContext,
): Promise<BoundSession | undefined> {
  if (!stores) return undefined
  const hash = await hashCookie(cookie, lock.primitives)
  const stored = await answered(stores.sessions.findByCookie(hash))
  if (!stored) return undefined
  if (!(now < stored.expiresAt)) throw new SessionLockError('ERR_TOKEN_EXPIRED')
  const key = await importPoint(decodeBase64url(stored.publicKey)!)
  const { sid, sub, profile, expiresAt } = stored
  return { sid, sub, profile, carrier: stored.carrier, expiresAt, key }
}

/** What the store keeps of a session cookie: SHA-256, base64url. */
export async function hashCookie(
  value: string,
  { sha256 }: Pick<Primitives, 'sha256'> = webCrypto,
): Promise<string> {
  return encodeBase64url(await sha256(utf8(value)))
}

/** carrier and profile: no session is accepted in another form than it was issued in. */
function assertIssuedFor(session: BoundSession, presented: Presented): void {
  if (session.carrier !== presented.carrier || session.profile !== presented.profile) {
    throw new SessionLockError('ERR_DOWNGRADE', {
      detail: `Issued for the ${session.carrier} under profile ${session.profile}, presented in the ${presented.carrier} under profile ${presented.profile}.`,
    })
  }
}

/** proof: signed, for this request, by the key that the session is bound to. Resolves with what was signed. */
export async function verifyProof(
  { timestamp, signature }: ParsedProof,
  { token }: Presented,
  session: BoundSession,
  request: Request,
  { origin, primitives }: Pick<Lock, 'origin' | 'primitives'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { profile, carrier, sid, key } = session
  const statement = utf8(
    profile === 1
      ? statementOfProfile1(token, timestamp)
      : statementOfProfile2(carrier === 'cookie' ? sid : token, timestamp, request, origin),
  )
  if (!(await primitives.verifySignature(key, signature, statement))) {
    throw new SessionLockError('ERR_PROOF_INVALID', {
      expected: { method: request.method, targetUri: targetUri(request.url, origin) },
    })
  }
  return statement
}

/** fresh: inside the window, on both sides. Written so that NaN and Infinity lose. */
export function assertFresh(
  { timestamp }: Pick<ParsedProof, 'timestamp'>,
  { lock, now }: Pick<VerifyContext, 'now'> & { lock: Pick<Lock, 'maxAgeMs' | 'toleranceMs'> },
): void {
  const clientTime = Number(timestamp)
  const age = now - clientTime
  if (!(age <= lock.maxAgeMs)) {
    throw new SessionLockError('ERR_PROOF_STALE', {
      detail: `The proof is ${age} ms old; ${lock.maxAgeMs} ms are allowed.`,
      clientTime,
    })
  }
  if (!(age >= -lock.toleranceMs)) {
    throw new SessionLockError('ERR_PROOF_FUTURE', {
      detail: `The proof is ${-age} ms ahead; ${lock.toleranceMs} ms are allowed.`,
      clientTime,
    })
  }
}

/** challenge: the proof covers a value that this server gave out lately. */
async function assertChallenge(request: Request, { lock, now }: VerifyContext): Promise<void> {
  const challenge = request.headers.get(HEADER.challenge)
  if (!challenge) throw new SessionLockError('ERR_CHALLENGE_REQUIRED')
  if (!(await lock.challenges.accepts(challenge, now))) {
    throw new SessionLockError('ERR_CHALLENGE_INVALID')
  }
}

/** body: the bytes that came are those whose digest was signed (RFC 9530). */
async function assertBody(request: Request, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const signed = request.headers.get(HEADER.contentDigest)
  if (hasLostBody(request, body)) {
    throw new SessionLockError('ERR_DIGEST_MISMATCH', { detail: 'The body that was said is gone.' })
  }
  if (signed === null && body.length === 0) return
  if (signed !== (await contentDigest(body))) {
    throw new SessionLockError('ERR_DIGEST_MISMATCH', {
      ...(signed === null && { detail: 'There is a body, and no Content-Digest was signed.' }),
    })
  }
}

/** Frameworks drop the body of a GET, and so would hide that there was one. */
function hasLostBody({ method, headers }: Request, { length }: Uint8Array): boolean {
  const said = headers.get('content-length')
  const isBodiless = method === 'GET' || method === 'HEAD'
  return (
    (said !== null && Number(said) !== length) || (isBodiless && headers.has('transfer-encoding'))
  )
}

/** A claim outlives its proof by this much, whatever the clocks of two instances do. */
const CLAIM_MARGIN_MS = 60_000

/** replay: this statement was never used before. */
async function claimOnce(
  statement: Uint8Array<ArrayBuffer>,
  { timestamp, signature }: ParsedProof,
  { sid, profile }: BoundSession,
  replay: ReplayStore,
  { maxAgeMs, primitives }: Lock,
): Promise<void> {
  const digest = await primitives.sha256(statement)
  const id =
    profile === 1 ? replayIdOfProfile1(sid, digest, signature) : replayIdOfProfile2(sid, digest)
  const expiresAt = Number(timestamp) + maxAgeMs + CLAIM_MARGIN_MS
  if (!(await answered(replay.claim(id, expiresAt)))) {
    throw new SessionLockError('ERR_PROOF_REPLAYED')
  }
}

/** session: known to the store, not over, not revoked. */
async function assertStands(
  { sid, sub }: BoundSession,
  sessions: SessionStore,
  now: number,
): Promise<void> {
  const stored = await answered(sessions.find(sid))
  const stands = stored?.sub === sub && stored.revokedAt === null && now < stored.expiresAt
  if (!stands) throw new SessionLockError('ERR_SESSION_REVOKED')
}
