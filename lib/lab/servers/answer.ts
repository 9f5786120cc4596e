import { z } from 'zod'
import { SessionLockError } from '@/lib/protocol/errors'
import type { Call } from '@/lib/server/call'
import { parseJson } from '@/lib/server/http'
import type { SchemeId } from '../types'
import { SERVERS } from './index'
import { LabRefusal, type SchemeServer } from './scheme-server'

/** What the lab's own schemes protect: the same for everybody, and nobody's. */
export const SAMPLE = 'The safe’s combination is 7-21-42.'

const Note = z.object({ text: z.string().max(1000) })

/** Answers `/api/lab/<scheme>/<name>`: one handler for all schemes that are the lab's own. */
export async function answerScheme(call: Call): Promise<Response> {
  const scheme = SERVERS[call.params.scheme as SchemeId]
  if (!scheme || !Object.hasOwn(SERVERS, String(call.params.scheme))) {
    throw new SessionLockError('ERR_NOT_FOUND')
  }
  const response = await respond(scheme, call).catch((error: unknown) => {
    if (error instanceof LabRefusal) return error.toResponse(call.now)
    throw error
  })
  await scheme.decorate?.(call, response)
  return response
}

async function respond(scheme: SchemeServer, call: Call): Promise<Response> {
  const { request, params } = call
  const name = `${request.method} ${[params.path].flat().join('/')}`
  const special = scheme.more && Object.hasOwn(scheme.more, name) ? scheme.more[name] : undefined
  if (special) return special(call)
  if (name === 'POST session') return scheme.begin(call)
  const identity = await scheme.identify(call)
  switch (name) {
    case 'GET session':
      return Response.json(identity)
    case 'GET notes':
      return Response.json({ ...identity, note: SAMPLE })
    case 'POST notes':
      return Response.json({ ...identity, ...parseJson(await call.body(), Note) }, { status: 201 })
    case 'DELETE session':
      // Where the scheme knows no end on the server, the client forgets and that is all.
      return scheme.end?.(call, identity) ?? new Response(null, { status: 204 })
    default:
      throw new SessionLockError('ERR_NOT_FOUND')
  }
}
