import { contentDigest } from './digest'
import { utf8, randomId, encodeBase64url } from './encoding'
import { createKeyPair } from './enrol'
import type { ErrorCode, SessionLockError } from './errors'
import { asPublicJwk, rawPoint } from './keys'
import type { Primitives } from './primitives'
import { proveRequest } from './prove'
import { createMemoryReplayStore, type StoredSession } from './stores'
import { issueToken } from './token'
import { HEADER, type Carrier, type Credential, type Profile, type PublicJwk } from './types'
import { createLock, hashCookie, type LockOptions, type VerifyContext } from './verify'

/** A server and its clients in memory, with a clock that stands still, for tests. */

export const ORIGIN = 'https://app.example'
export const SECRET = 'a-secret-for-tests-of-32-bytes-or-more'
export const NOW = 1_790_000_000_000

/** What the locks of all tests are made with: the project `handler` puts Node's primitives here. */
export const lockDefaults: { primitives?: Primitives } = {}

export type World = Awaited<ReturnType<typeof createWorld>>

export async function createWorld(options: Partial<LockOptions> = {}) {
  const lock = await createLock({ secrets: [SECRET], origin: ORIGIN, ...lockDefaults, ...options })
  const clock = { now: NOW }
  const replay = createMemoryReplayStore(() => clock.now)
  const rows: (StoredSession & { cookieHash?: string })[] = []
  const sessions = {
    find: async (sid: string) => rows.find((row) => row.sid === sid),
    findByCookie: async (hash: string) => rows.find((row) => row.cookieHash === hash),
  }
  return {
    lock,
    clock,
    rows,
    replay,
    /** What a handler verifies with; `body` is what arrived. */
    handler: (body: string | Uint8Array<ArrayBuffer> = ''): VerifyContext & { stores: object } => ({
      lock,
      now: clock.now,
      stores: {
        sessions,
        replay,
        readBody: async () => (typeof body === 'string' ? utf8(body) : body),
      },
    }),
    /** What the edge verifies with. */
    edge: (): VerifyContext => ({ lock, now: clock.now }),
  }
}

export async function publicJwkOf({ publicKey }: CryptoKeyPair): Promise<PublicJwk> {
  return asPublicJwk(await crypto.subtle.exportKey('jwk', publicKey))!
}

export interface Client extends Credential {
  readonly jwk: PublicJwk
  readonly keyPair: CryptoKeyPair
  /** With the cookie carrier. */
  readonly cookie?: string
}

/** A client with a session of its own at this server. */
export async function signIn(
  world: World,
  { profile = 2, carrier = 'header' }: { profile?: Profile; carrier?: Carrier } = {},
): Promise<Client> {
  const keyPair = await createKeyPair()
  const jwk = await publicJwkOf(keyPair)
  const { now } = world.clock
  const [sid, sub, expiresAt] = [randomId(), 'user-1', now + 86_400_000]
  const cookie = carrier === 'cookie' ? randomId(256) : undefined
  world.rows.push({
    ...{ sid, sub, profile, carrier, expiresAt, revokedAt: null },
    publicKey: encodeBase64url(rawPoint(jwk)!),
    ...(cookie && { cookieHash: await hashCookie(cookie) }),
  })
  const facts = { sub, sid, jwk, profile, issuedAt: now, expiresAt }
  const token = await issueToken(facts, world.lock.origin, world.lock.keySets)
  const held = cookie ? { cookie } : { token }
  return { profile, carrier, sid, privateKey: keyPair.privateKey, keyPair, jwk, ...held }
}

export interface RequestOptions {
  method?: string
  path?: string
  body?: string
  /** Milliseconds; the world's clock unless told. */
  timestamp?: number
  /** The current one unless told; null for none. */
  challenge?: string | null
  headers?: Record<string, string>
}

/** A request as a well-behaved client sends it. */
export async function signedRequest(
  world: World,
  client: Client,
  options: RequestOptions = {},
): Promise<Request> {
  const { method = 'GET', path = '/api/notes', body, timestamp = world.clock.now } = options
  const { challenge = await world.lock.challenges.current(world.clock.now) } = options
  const headers = new Headers(options.headers)
  if (client.profile === 2 && challenge !== null) headers.set(HEADER.challenge, challenge)
  if (client.profile === 2 && body) {
    headers.set(HEADER.contentDigest, await contentDigest(utf8(body)))
  }
  const url = ORIGIN + path
  const { header } = await proveRequest({ method, url, headers }, client, timestamp, ORIGIN)
  headers.set(header.name, header.value)
  if (client.cookie) headers.set('Cookie', `__Host-session=${client.cookie}`)
  return new Request(url, { method, headers, ...(body !== undefined && { body }) })
}

/** The code that a promise is refused with; `undefined` where it is not. Any other error is thrown on. */
export async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await promise
    return undefined
  } catch (error) {
    if ((error as SessionLockError).name === 'SessionLockError') {
      return (error as SessionLockError).code
    }
    throw error
  }
}

/** A copy of the request with some headers set, or deleted where the value is null. */
export function withHeaders(request: Request, changes: Record<string, string | null>): Request {
  const headers = new Headers(request.headers)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  return new Request(request.url, { method: request.method, headers })
}
