import { SessionLockError } from '@/lib/protocol/errors'
import { isPublic } from './endpoints'
import { assertOrigin, finish, readBody } from './http'
import type { Call, Handler } from './call'
import { getServer } from './server'
import { withSession } from './with-session'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
type Method = (typeof METHODS)[number]
type NextHandler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[]>> },
) => Promise<Response>

/**
 * Makes a route's exports. Every method is answered here, because Next's own 405 names no allowed
 * ones; every refusal becomes its own response; every answer carries what `/api` answers carry.
 *
 * @example
 * export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
 *   GET: withSession(async ({ session }) => Response.json({ sid: session.sid })),
 * })
 */
export function route(handlers: Partial<Record<Method, Handler>>): Record<Method, NextHandler> {
  const all = handlers.GET ? { HEAD: withoutBody(handlers.GET), ...handlers } : handlers
  const allow = METHODS.filter((method) => all[method])
  const exports = METHODS.map((method) => [
    method,
    (request: Request, context: Parameters<NextHandler>[1]) =>
      answer(all[method] ?? notAllowed(allow), request, context.params),
  ])
  return Object.fromEntries(exports) as Record<Method, NextHandler>
}

async function answer(
  handler: Handler,
  request: Request,
  params: Promise<Record<string, string | string[]>>,
): Promise<Response> {
  const server = await getServer()
  const now = Date.now()
  let body: Promise<Uint8Array<ArrayBuffer>> | undefined
  const call: Call = {
    request,
    server,
    now,
    params: await params,
    body: () => (body ??= readBody(request, server.env.MAX_BODY_BYTES)),
  }
  const response = await respond(handler, call)
  return finish(response, server.lock, now)
}

async function respond(handler: Handler, call: Call): Promise<Response> {
  try {
    assertOrigin(call.request, call.server.env.APP_ORIGIN)
    return await handler(call)
  } catch (error) {
    if (!(error instanceof SessionLockError) || error.status >= 500) console.error(error)
    if (error instanceof SessionLockError) return error.toResponse(call.now)
    const fault = { type: 'about:blank', title: 'Internal Server Error', status: 500 }
    return Response.json(fault, {
      status: 500,
      headers: { 'Content-Type': 'application/problem+json' },
    })
  }
}

function withoutBody(handler: Handler): Handler {
  return async (call) => {
    const { status, headers } = await handler(call)
    return new Response(null, { status, headers })
  }
}

/** On a protected path even this answer is for the session's owner alone. */
function notAllowed(allow: readonly string[]): Handler {
  const refuse: Handler = async () => {
    throw new SessionLockError('ERR_METHOD', { allow })
  }
  return (call) => {
    const { method, url } = call.request
    return isPublic(method, new URL(url).pathname) ? refuse(call) : withSession(refuse)(call)
  }
}
