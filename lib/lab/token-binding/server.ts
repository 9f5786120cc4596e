import { z } from 'zod'
import { decodeBase64url } from '@/lib/protocol/encoding'
import { SessionLockError } from '@/lib/protocol/errors'
import type { Call } from '@/lib/server/call'
import { parseJson } from '@/lib/server/http'
import { processWide } from '@/lib/server/process-wide'
import { createLinkKey, openIds } from './link'
import type { EstablishedBindings } from './message'
import { getSessions, hashId, LIFE_MS, type BoundSession } from './sessions'

/**
 * The application's half: a session cookie that is bound to the Token Binding ID it was issued over.
 * An ID counts where the terminator vouches for it; no ID is a refusal.
 */

export const COOKIE = 'lab-token-binding'
export const PATH = '/api/lab/token-binding'
/** What the session protects. */
const NOTE = 'The safe’s combination is 7-21-42.'
const Note = z.strictObject({ text: z.string().max(1000) })

/** Answers `/api/lab/token-binding/<name>`. */
export async function answerTokenBinding(call: Call): Promise<Response> {
  const { request, params } = call
  const name = `${request.method} ${[params.path].flat().join('/')}`
  if (name === 'POST session') return begin(call)
  const { session, cookie } = await identify(call)
  const { owner } = session
  switch (name) {
    case 'GET session':
      return Response.json({ owner })
    case 'GET notes':
      return Response.json({ owner, note: NOTE })
    case 'POST notes':
      return Response.json({ owner, ...parseJson(await call.body(), Note) }, { status: 201 })
    case 'DELETE session':
      await getSessions().end(cookie)
      return new Response(null, { status: 204, headers: { 'Set-Cookie': setCookie('', 0) } })
    default:
      throw new SessionLockError('ERR_NOT_FOUND')
  }
}

async function begin(call: Call): Promise<Response> {
  const { provided } = await establishedBindings(call)
  const { cookie, session } = await getSessions().begin(provided, call.now)
  const headers = { 'Set-Cookie': setCookie(cookie, LIFE_MS / 1000) }
  return Response.json({ owner: session.owner }, { status: 201, headers })
}

/**
 * Whose request this is. Throws ERR_TOKEN_MISSING, ERR_TOKEN_MALFORMED, what `openIds` throws,
 * ERR_SESSION_REVOKED, and ERR_PROOF_INVALID where the session is bound to another key.
 */
async function identify(call: Call): Promise<{ session: BoundSession; cookie: string }> {
  const cookie = readCookie(call.request.headers.get('cookie') ?? '')
  const { provided } = await establishedBindings(call)
  const session = await getSessions().find(cookie, call.now)
  if (!session) throw new SessionLockError('ERR_SESSION_REVOKED')
  if (session.bindingHash !== (await hashId(provided))) {
    throw new SessionLockError('ERR_PROOF_INVALID', {
      detail: 'The session is bound to another Token Binding ID.',
    })
  }
  return { session, cookie }
}

async function establishedBindings({ request, server, now }: Call): Promise<EstablishedBindings> {
  const keys = await processWide('lab-token-binding-link', () =>
    Promise.all(server.env.AUTH_SECRET.map(createLinkKey)),
  )
  const { pathname, search } = new URL(request.url)
  return openIds(request, pathname + search, keys, now)
}

/** The one cookie of ours. Two of them are one too many: which one counts would be a guess. */
function readCookie(header: string): string {
  const values = header
    .split(/[;,]\s*/)
    .filter((pair) => pair.startsWith(`${COOKIE}=`))
    .map((pair) => pair.slice(COOKIE.length + 1))
  if (values.length === 0) throw new SessionLockError('ERR_TOKEN_MISSING')
  const [value = ''] = values
  if (values.length > 1 || decodeBase64url(value)?.length !== 32) {
    throw new SessionLockError('ERR_TOKEN_MALFORMED')
  }
  return value
}

/** Secure always: it travels through the terminator's TLS or not at all. */
function setCookie(value: string, maxAgeS: number): string {
  return `${COOKIE}=${value}; Path=${PATH}; HttpOnly; Secure; SameSite=Strict; Max-Age=${maxAgeS}`
}
