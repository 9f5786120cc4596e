import { z } from 'zod'
import { verifyEnrolment } from '@/lib/protocol/enrolment'
import { encodeBase64url, randomId, sha256, utf8 } from '@/lib/protocol/encoding'
import { SessionLockError } from '@/lib/protocol/errors'
import { deriveKey, isEqual } from '@/lib/protocol/keys'
import { HEADER } from '@/lib/protocol/types'
import type { Call } from '@/lib/server/call'
import { parseJson, peerAddress, storableText } from '@/lib/server/http'
import { issueSession } from '@/lib/server/issue-session'
import { getLab } from './lab'

/** A victim is a guest of a few minutes, known by this in the place of a provider. */
const PROVIDER = 'lab:'
const LIFE_MS = 10 * 60_000

const Form = z
  .strictObject({
    profile: z.union([z.literal(1), z.literal(2)]),
    carrier: z.enum(['header', 'cookie']),
  })
  .refine(({ carrier, profile }) => !(carrier === 'cookie' && profile === 1), {
    error: 'The cookie carrier is profile 2.',
  })

/** What only who made a victim was told. */
async function releaseOf(sub: string, { server }: Call): Promise<string> {
  const key = await deriveKey(server.env.AUTH_SECRET[0]!, 'lab-victims')
  return encodeBase64url(await sha256(new Uint8Array([...key, ...utf8(sub)])))
}

/** Signs a new victim in: the same enrolment and the same mint as everybody's. */
export async function makeVictim(call: Call): Promise<Response> {
  const { request, server, now } = call
  const { limiter, replay } = await getLab(server)
  limiter.take('victims to an address', peerAddress(request.headers), now)
  const body = await call.body()
  // Claimed in memory, to leave no row: what is signed here is the body of no other endpoint.
  const enrolment = await verifyEnrolment(request.headers.get(HEADER.enrolment), body, {
    ...{ lock: server.lock, replay, now },
  })
  const form = parseJson(body, Form)
  const id = randomId()
  await server.db
    .insertInto('users')
    .values({
      ...{ id, username: null, username_key: null, password_hash: null },
      ...{ provider_key: PROVIDER + id, created_at: now, expires_at: now + LIFE_MS },
    })
    .execute()
  const response = await issueSession({ id, username: null }, enrolment, form, call)
  const born = (await response.json()) as object
  const release = await releaseOf(id, call)
  return Response.json({ ...born, sub: id, release }, { status: 201, headers: response.headers })
}

const Release = z.strictObject({ sub: storableText(1, 64), release: z.string().max(64) })

/**
 * Takes a victim away with every row of theirs, by name: for whoever made it, also when its session
 * has ended. Anybody else is ERR_NOT_FOUND.
 */
export async function removeVictim(call: Call): Promise<Response> {
  const { sub, release } = parseJson(await call.body(), Release)
  const { db } = call.server
  const isOurs = isEqual(utf8(release), utf8(await releaseOf(sub, call)))
  if (!isOurs) throw new SessionLockError('ERR_NOT_FOUND')
  const victim = await db
    .selectFrom('users')
    .select('id')
    .where('id', '=', sub)
    .where('provider_key', '=', PROVIDER + sub)
    .executeTakeFirst()
  if (!victim) throw new SessionLockError('ERR_NOT_FOUND')
  const sids = await db.selectFrom('sessions').select('sid').where('user_id', '=', sub).execute()
  for (const { sid } of sids) {
    // A claim's id begins with its session's.
    await db
      .deleteFrom('replay_claims')
      .where('id', '>=', `${sid}.`)
      .where('id', '<', `${sid}/`)
      .execute()
  }
  for (const table of ['events', 'notes', 'sessions'] as const) {
    await db.deleteFrom(table).where('user_id', '=', sub).execute()
  }
  await db.deleteFrom('users').where('id', '=', sub).execute()
  return new Response(null, { status: 204 })
}
