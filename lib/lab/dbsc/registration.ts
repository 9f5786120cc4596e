import type { Call } from '@/lib/server/call'
import type { Purpose } from './challenges'
import { hash } from './entrance'
import { FIELD, readText, writeChallenge } from './fields'
import { AT, ending, instructions, setCookie } from './instructions'
import { claimedAuthorization, verifyRefresh, verifyRegistration } from './proof'
import { DbscRefusal } from './refusal'
import type { Dbsc } from './server'
import type { DbscSession } from './store'

/**
 * What the browser asks for by itself. Registration binds a sign-in to a key; a refresh trades a
 * fresh signature of that key for the next short-lived cookie.
 */

export async function register(call: Call, dbsc: Dbsc): Promise<Response> {
  const { request, server, now } = call
  const proof = readText(request.headers.get(FIELD.response))
  // Whose registration it claims to be, so that its refusal is told to whoever watches.
  const session = await dbsc.store.byTicket(await hash(claimedAuthorization(proof)))
  return recordRefusals(session, call, dbsc, async () => {
    const audience = server.env.APP_ORIGIN + AT.registration
    const { challenge, publicKey, jkt } = await verifyRegistration(proof, audience)
    if (!session || !(now < session.expires_at)) {
      throw new DbscRefusal(401, 'authorization', 'sign_in_unknown', 'No sign-in offered this.')
    }
    await claimChallenge('registration', challenge, session, call, dbsc)
    if (!(await dbsc.store.bind(session.sid, publicKey))) {
      throw new DbscRefusal(401, 'session', 'already_bound', 'The sign-in is bound, or over.')
    }
    return giveCookie(session, 'registered', `key ${jkt.slice(0, 12)}…`, call, dbsc)
  })
}

/** First asked without a proof, and answered with a challenge; then with one (403 says: again). */
export async function refresh(call: Call, dbsc: Dbsc): Promise<Response> {
  const { request, server, now } = call
  const sid = readText(request.headers.get(FIELD.sessionId))
  const session = sid ? await dbsc.store.bySid(sid) : undefined
  // 404 ends the session in the browser, as does any refusal but 403.
  if (!session?.public_key || !(now < session.expires_at)) {
    throw new DbscRefusal(404, 'session', 'session_unknown', 'There is no such session.')
  }
  if (session.ended_at !== null) {
    await dbsc.store.record(session.sid, { at: now, kind: 'told-to-end', detail: '' })
    return Response.json(ending(session.sid))
  }
  return recordRefusals(session, call, dbsc, async () => {
    const proof = readText(request.headers.get(FIELD.response))
    if (!proof) return demandProof(session, 'proof_missing', 'A proof is needed.', call, dbsc)
    const audience = server.env.APP_ORIGIN + AT.refresh
    const challenge = await verifyRefresh(proof, session.public_key!, audience)
    await claimChallenge('refresh', challenge, session, call, dbsc)
    return giveCookie(session, 'refreshed', 'signed by the registered key', call, dbsc)
  })
}

/** Opens a challenge and claims it, once. */
async function claimChallenge(
  purpose: Purpose,
  challenge: string,
  session: DbscSession,
  call: Call,
  dbsc: Dbsc,
): Promise<void> {
  const opened = await dbsc.challenges.open(challenge, purpose, session.sid, call.now)
  const refuse = (code: string, message: string) =>
    purpose === 'refresh'
      ? demandProof(session, code, message, call, dbsc)
      : Promise.reject(new DbscRefusal(401, 'challenge', code, message))
  if (!opened) await refuse('challenge_invalid', 'The proof covers no challenge for this.')
  else if (!(await call.server.replay.claim(opened.id, opened.expiresAt))) {
    await refuse('challenge_used', 'The challenge was used before.')
  }
}

/** 403 with a fresh challenge: the browser signs it, and comes again. */
async function demandProof(
  { sid }: DbscSession,
  code: string,
  message: string,
  { now }: Call,
  { challenges }: Dbsc,
): Promise<never> {
  const challenge = await challenges.issue('refresh', sid, now)
  const headers = { [FIELD.challenge]: writeChallenge(challenge, sid) }
  throw new DbscRefusal(403, 'challenge', code, message, headers)
}

async function giveCookie(
  { sid, life_s }: DbscSession,
  kind: string,
  detail: string,
  { server, now }: Call,
  { store, cookies }: Dbsc,
): Promise<Response> {
  const origin = server.env.APP_ORIGIN
  const { value, expiresAt } = await cookies.seal(sid, life_s, now)
  await store.noteCookie(sid, expiresAt)
  await store.record(sid, { at: now, kind, detail })
  const headers = { 'Set-Cookie': setCookie(origin, value, life_s) }
  return Response.json(instructions(origin, sid), { headers })
}

/** A refusal is told to whoever watches the session, and passed on. */
async function recordRefusals(
  session: DbscSession | undefined,
  { now }: Call,
  { store }: Dbsc,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    if (session && error instanceof DbscRefusal) {
      const isFirst = error.code === 'proof_missing'
      const kind = isFirst ? 'challenged' : 'refused'
      await store.record(session.sid, { at: now, kind, detail: isFirst ? '' : error.code })
    }
    throw error
  }
}
