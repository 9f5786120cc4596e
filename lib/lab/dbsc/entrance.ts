import { z } from 'zod'
import { encodeBase64url, randomId, sha256, utf8 } from '@/lib/protocol/encoding'
import { SessionLockError } from '@/lib/protocol/errors'
import type { Call } from '@/lib/server/call'
import { parseJson, peerAddress } from '@/lib/server/http'
import { FIELD, writeRegistration } from './fields'
import { AT, setCookie } from './instructions'
import type { Dbsc } from './server'
import { readEvents, type DbscEvent } from './store'

/** The way in: a sign-in offers DBSC, and can then be watched to see what the browser made of it. */

const SESSION_MS = 60 * 60_000
export const DEFAULT_LIFE_S = 60

/** How long a short-lived cookie lives is the client's to choose here, because this is a lab. */
const SignIn = z.strictObject({ lifeS: z.number().int().min(1).max(600).default(DEFAULT_LIFE_S) })

/** What a sign-in is answered with. Nothing of it opens anything but the watch. */
export interface SignedIn {
  readonly owner: string
  readonly sid: string
  readonly release: string
}

export async function signIn(call: Call, { store, challenges, limiter }: Dbsc): Promise<Response> {
  const { request, now } = call
  limiter.take('DBSC sign-ins from an address', peerAddress(request.headers), now)
  const { lifeS } = parseJson(await call.body(), SignIn)
  await store.sweep(now)
  // Chromium sends it bare, so it has to be a token of RFC 9651, which begins with a letter.
  const sid = `d${randomId()}`
  const [owner, ticket, release] = [randomId(), randomId(256), randomId(256)]
  const hashes = { ticket_hash: await hash(ticket), release_hash: await hash(release) }
  await store.insert({ sid, owner, life_s: lifeS, ...hashes }, now + SESSION_MS)
  await store.record(sid, { at: now, kind: 'offered', detail: `a cookie of ${lifeS} s` })
  const challenge = await challenges.issue('registration', sid, now)
  const offer = writeRegistration(AT.registration, challenge, ticket)
  const body: SignedIn = { owner, sid, release }
  return Response.json(body, { status: 201, headers: { [FIELD.registration]: offer } })
}

/** What became of a sign-in, for whoever made it. */
export interface Watched {
  readonly isRegistered: boolean
  readonly isEnded: boolean
  /** Milliseconds; null before the first. */
  readonly cookieExpiresAt: number | null
  readonly lifeS: number
  readonly serverTime: number
  readonly events: readonly DbscEvent[]
}

const Release = z.strictObject({ release: z.string().min(1).max(64) })

export async function watch(call: Call, dbsc: Dbsc): Promise<Response> {
  const session = await findWatched(call, dbsc)
  const watched: Watched = {
    isRegistered: session.public_key !== null,
    isEnded: session.ended_at !== null,
    cookieExpiresAt: session.cookie_expires_at,
    lifeS: session.life_s,
    serverTime: call.now,
    events: readEvents(session.events),
  }
  return Response.json(watched)
}

/** Takes the sign-in away with all that it left, also when its session has ended. */
export async function unwatch(call: Call, dbsc: Dbsc): Promise<Response> {
  const { sid } = await findWatched(call, dbsc)
  await dbsc.store.remove(sid)
  const cleared = setCookie(call.server.env.APP_ORIGIN, '', 0)
  return new Response(null, { status: 204, headers: { 'Set-Cookie': cleared } })
}

async function findWatched(call: Call, { store }: Dbsc) {
  const { release } = parseJson(await call.body(), Release)
  const session = await store.byRelease(await hash(release))
  if (!session || !(call.now < session.expires_at)) throw new SessionLockError('ERR_NOT_FOUND')
  return session
}

/** Takes the short-lived cookie out of the browser, as if it had run out. */
export async function expire({ server }: Call): Promise<Response> {
  const cleared = setCookie(server.env.APP_ORIGIN, '', 0)
  return new Response(null, { status: 204, headers: { 'Set-Cookie': cleared } })
}

export async function hash(text: string): Promise<string> {
  return encodeBase64url(await sha256(utf8(text)))
}
