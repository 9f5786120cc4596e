import { z } from 'zod'
import type { Call } from '@/lib/server/call'
import { parseJson, storableText } from '@/lib/server/http'
import { FIELD, readSkipped } from './fields'
import { cookieName, setCookie } from './instructions'
import { DbscRefusal } from './refusal'
import type { Dbsc } from './server'
import type { DbscSession } from './store'

/** What the session protects. All that is asked for is the cookie: the browser did the rest before. */

const SAMPLE = 'The safe’s combination is 7-21-42.'
const Note = z.object({ text: storableText(1, 1000) })

export async function readNotes(call: Call, dbsc: Dbsc): Promise<Response> {
  const { owner } = await identify(call, dbsc)
  return Response.json({ owner, note: SAMPLE })
}

export async function keepNote(call: Call, dbsc: Dbsc): Promise<Response> {
  const { owner } = await identify(call, dbsc)
  const { text } = parseJson(await call.body(), Note)
  return Response.json({ owner, text }, { status: 201 })
}

export async function readSession(call: Call, dbsc: Dbsc): Promise<Response> {
  const { owner, sid } = await identify(call, dbsc)
  return Response.json({ owner, sid })
}

/**
 * Ends the session here. The browser hears of it when it next refreshes, and is told
 * `{"continue": false}`; or at once, with `?clear=site`, which takes along whatever this site has in
 * the browser. Chromium 156 ends the session for `"storage"`, and for `"cookies"` alone does not.
 */
export async function signOut(call: Call, dbsc: Dbsc): Promise<Response> {
  const { sid } = await identify(call, dbsc)
  const { server, request, now } = call
  await dbsc.store.end(sid, now)
  await dbsc.store.record(sid, { at: now, kind: 'signed-out', detail: '' })
  const headers = new Headers({ 'Set-Cookie': setCookie(server.env.APP_ORIGIN, '', 0) })
  if (new URL(request.url).searchParams.get('clear') === 'site') {
    headers.set('Clear-Site-Data', '"cookies", "storage"')
  }
  return new Response(null, { status: 204, headers })
}

async function identify(call: Call, dbsc: Dbsc): Promise<DbscSession> {
  const { request, server, now } = call
  const value = readCookie(request.headers, cookieName(server.env.APP_ORIGIN))
  if (!value) return refuseWithoutCookie(call, dbsc)
  const session = await dbsc.store.bySid(await dbsc.cookies.open(value, now))
  if (!session || session.ended_at !== null || !(now < session.expires_at)) {
    throw new DbscRefusal(401, 'session', 'session_ended', 'The session is over.')
  }
  return session
}

/** Why the browser did not refresh, where it says so: a hint for people, and no more than its word. */
async function refuseWithoutCookie({ request, now }: Call, { store }: Dbsc): Promise<never> {
  const skipped = readSkipped(request.headers.get(FIELD.skipped))
  if (skipped?.sessionId) {
    const { sessionId, reason } = skipped
    await store.record(sessionId, { at: now, kind: 'skipped', detail: reason })
  }
  const why = skipped ? ` The browser skipped its refresh: ${skipped.reason}.` : ''
  throw new DbscRefusal(401, 'cookie', 'cookie_missing', `There is no cookie.${why}`)
}

/** Of two cookies of one name none counts. */
function readCookie(headers: Headers, name: string): string | undefined {
  const pairs = (headers.get('cookie') ?? '').split(/; */)
  const values = pairs.filter((pair) => pair.startsWith(`${name}=`))
  return values.length === 1 ? values[0]!.slice(name.length + 1) : undefined
}
