import { NextResponse, type NextFetchEvent, type NextRequest } from 'next/server'
import { encodeBase64 } from './lib/protocol/encoding'
import { contentSecurityPolicy, securityHeaders } from './lib/server/document-headers'
import { refuseAtEdge } from './lib/server/edge'
import { isApi } from './lib/server/endpoints'

/**
 * Runs at the edge, before every handler and document. Under `/api` it refuses what needs no store
 * to be refused; documents get their Content Security Policy.
 */
export async function middleware(
  request: NextRequest,
  event: NextFetchEvent,
): Promise<NextResponse | Response> {
  if (!isApi(request.nextUrl.pathname)) return withPolicy(request)
  const refusal = await refuseAtEdge(request, (work) => event.waitUntil(work))
  return refusal ?? NextResponse.next()
}

function withPolicy(request: NextRequest): NextResponse {
  const origin = process.env.APP_ORIGIN ?? ''
  const nonce = encodeBase64(crypto.getRandomValues(new Uint8Array(16)))
  const policy = contentSecurityPolicy(nonce, origin.startsWith('https:'))
  const headers = new Headers(request.headers)
  // Next reads the nonce for its own scripts out of the request.
  headers.set('Content-Security-Policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('Content-Security-Policy', policy)
  for (const [name, value] of Object.entries(securityHeaders(origin))) {
    response.headers.set(name, value)
  }
  return response
}

/** All but the files of a build, which are the same for everybody. */
export const config = { matcher: ['/((?!_next/static/|_next/image$|favicon.ico$|icon.svg$).*)'] }
