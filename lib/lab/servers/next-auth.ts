import type { NextApiRequest, NextApiResponse } from 'next'
import NextAuth, { type AuthOptions } from 'next-auth'
import { getToken } from 'next-auth/jwt'
import CredentialsProvider from 'next-auth/providers/credentials'
import { NextRequest } from 'next/server'
import { encodeBase64url } from '@/lib/protocol/encoding'
import { deriveKey } from '@/lib/protocol/keys'
import type { Call } from '@/lib/server/call'
import { COOKIE, CSRF_COOKIE } from '../schemes/next-auth'
import { LabRefusal, type SchemeServer } from './scheme-server'

/**
 * next-auth as it comes: its JWT strategy, its encryption, its callback. Only the cookies' names and
 * paths are the lab's, so that they meet no other next-auth of this origin.
 */

export const begin: SchemeServer['begin'] = async () => {
  throw new LabRefusal('cookie', 'unauthenticated', 'Sign in through the callback.')
}

export const identify: SchemeServer['identify'] = async ({ request, server }) => {
  const secret = await secretOf(server.env.AUTH_SECRET[0]!)
  const req = new NextRequest(request.url, { headers: request.headers })
  const token = await getToken({ req, secret, cookieName: COOKIE })
  if (!token?.sub) throw new LabRefusal('cookie', 'unauthenticated', 'Nobody is signed in.')
  return { owner: token.sub }
}

export const more: SchemeServer['more'] = {
  'GET csrf': (call) => ask(call, ['csrf']),
  'POST callback/credentials': (call) => ask(call, ['callback', 'credentials']),
}

/**
 * Asks next-auth by its interface for API routes: the one for route handlers wants a request scope
 * of Next's around it, which is nowhere but inside Next.
 */
async function ask({ request, server, body }: Call, nextauth: string[]): Promise<Response> {
  process.env.NEXTAUTH_URL = server.env.APP_ORIGIN
  const { method, headers } = request
  const form = new URLSearchParams(new TextDecoder().decode(await body()))
  const { cookies } = new NextRequest(request.url, { headers })
  const asked = {
    ...{ method, query: { nextauth }, headers: Object.fromEntries(headers) },
    cookies: Object.fromEntries(cookies.getAll().map(({ name, value }) => [name, value])),
    body: Object.fromEntries(form),
  }
  const { response, toResponse } = createAnswer()
  const options = createOptions(await secretOf(server.env.AUTH_SECRET[0]!))
  await NextAuth(
    asked as unknown as NextApiRequest,
    response as unknown as NextApiResponse,
    options,
  )
  return toResponse()
}

/** As much of a NextApiResponse as next-auth writes to. */
function createAnswer() {
  const headers = new Headers()
  let [status, body] = [200, '']
  const response = {
    status: (code: number) => ((status = code), response),
    getHeader: (name: string) =>
      name === 'Set-Cookie' ? headers.getSetCookie() : (headers.get(name) ?? undefined),
    setHeader(name: string, value: string | string[]) {
      headers.delete(name)
      for (const one of [value].flat()) headers.append(name, one)
      return response
    },
    send: (value: unknown) => void (body = typeof value === 'string' ? value : encode(value)),
    json: (value: unknown) => response.send(value),
    end: () => {},
  }
  const encode = (value: unknown) => {
    headers.set('Content-Type', 'application/json')
    return JSON.stringify(value)
  }
  return { response, toResponse: () => new Response(body, { status, headers }) }
}

function createOptions(secret: string): AuthOptions {
  const attributes = { httpOnly: true, sameSite: 'lax', path: '/api/lab/next-auth' } as const
  const options = { ...attributes, secure: false }
  return {
    secret,
    session: { strategy: 'jwt', maxAge: 3600 },
    logger: { error: () => {}, warn: () => {}, debug: () => {} },
    cookies: {
      sessionToken: { name: COOKIE, options },
      csrfToken: { name: CSRF_COOKIE, options },
      callbackUrl: { name: 'lab-next-auth.callback-url', options },
    },
    providers: [
      CredentialsProvider({
        credentials: { owner: {} },
        authorize: (credentials) => ({ id: String(credentials?.owner ?? '').slice(0, 64) }),
      }),
    ],
  }
}

async function secretOf(secret: string): Promise<string> {
  return encodeBase64url(await deriveKey(secret, 'lab-next-auth'))
}
