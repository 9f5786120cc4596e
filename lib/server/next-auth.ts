import NextAuth, { type AuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import GitHubProvider, { type GithubProfile } from 'next-auth/providers/github'
import { NextRequest } from 'next/server'
import { encodeBase64url } from '@/lib/protocol/encoding'
import { SessionLockError } from '@/lib/protocol/errors'
import { deriveKey } from '@/lib/protocol/keys'
import { authenticate } from './accounts'
import type { Env } from './env'
import type { Call } from './call'
import { admitFromProvider } from './stores/users'
import { issueTicket, readPending } from './tickets'

/**
 * next-auth says who somebody is, and nothing more. Its callback always ends in a redirect of ours,
 * with a ticket for the key that this browser enrolled before it left, so that next-auth itself
 * never mints a session; the actions that would read or end one are not served.
 */

const SERVED: Readonly<Record<string, readonly string[]>> = {
  csrf: ['GET'],
  providers: ['GET'],
  signin: ['GET', 'POST'],
  callback: ['GET', 'POST'],
  error: ['GET'],
}

/** Where the browser comes back to: with a ticket in the fragment, or with an error. */
const FINISH = '/finish'

/** Answers a request under `/api/auth`. */
export async function answerNextAuth(call: Call): Promise<Response> {
  const { request, server, params } = call
  const [action = '', ...rest] = params.nextauth as string[]
  const methods = Object.hasOwn(SERVED, action) ? SERVED[action]! : []
  if (methods.length === 0) throw new SessionLockError('ERR_NOT_FOUND')
  if (!methods.includes(request.method))
    throw new SessionLockError('ERR_METHOD', { allow: methods })

  if (request.method === 'GET' && (action === 'signin' || action === 'error')) {
    return endInWords(call)
  }
  // next-auth knows its own address from nowhere else that a client could not write.
  process.env.NEXTAUTH_URL = server.env.APP_ORIGIN
  const refusals: SessionLockError[] = []
  const options = await createOptions(call, (error) => refusals.push(error))
  const nextauth = [action, ...rest]
  const response = (await NextAuth(
    await withForm(call),
    { params: { nextauth } },
    options,
  )) as Response
  if (refusals[0]) throw refusals[0]
  return new Response(response.body, response)
}

/** Where next-auth would show a page of its own, ours says why nobody was signed in. */
function endInWords({ request, server }: Call): Response {
  const finish = new URL(FINISH, server.env.APP_ORIGIN)
  finish.searchParams.set('error', new URL(request.url).searchParams.get('error') ?? 'Unknown')
  return new Response(null, { status: 302, headers: { Location: finish.href } })
}

/** The request with its body read by us, within our limit, and a form or nothing. */
async function withForm({ request, body }: Call): Promise<NextRequest> {
  const { method, url, headers } = request
  if (method === 'GET') return new NextRequest(url, { headers })
  const isForm = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
  if (!isForm) throw new SessionLockError('ERR_INPUT', { detail: 'The body must be a form.' })
  return new NextRequest(url, { method, headers, body: await body() })
}

async function createOptions(
  call: Call,
  onRefusal: (error: SessionLockError) => void,
): Promise<AuthOptions> {
  const { request, server, now } = call
  const { env, db } = server
  const finish = `${env.APP_ORIGIN}${FINISH}`
  return {
    secret: encodeBase64url(await deriveKey(env.AUTH_SECRET[0]!, 'auth')),
    providers: [credentialsProvider(call, onRefusal), ...gitHubProvider(env)],
    pages: { signIn: '/', error: FINISH },
    // A refusal is an answer and no fault of ours.
    logger: { error: () => {}, warn: () => {}, debug: () => {} },
    callbacks: {
      async signIn({ account, user, profile }) {
        const jkt = await readPending(request.headers.get('cookie'))
        if (!jkt || !account) return `${finish}?error=NoKey`
        const { type, provider, providerAccountId } = account
        const { id } =
          type === 'credentials'
            ? user
            : await admitFromProvider(db, {
                providerKey: `${provider}:${providerAccountId}`,
                login: (profile as GithubProfile).login,
                now,
              })
        return `${finish}#ticket=${await issueTicket(id, jkt)}`
      },
    },
  }
}

function credentialsProvider(
  { server: { db, limiter }, request: { headers }, now }: Call,
  onRefusal: (error: SessionLockError) => void,
) {
  return CredentialsProvider({
    credentials: { username: {}, password: { type: 'password' } },
    async authorize(given) {
      const { username = '', password = '' } = given ?? {}
      try {
        return await authenticate({ username, password }, { db, limiter, headers, now })
      } catch (error) {
        if (!(error instanceof SessionLockError)) throw error
        onRefusal(error)
        return null
      }
    },
  })
}

function gitHubProvider({ GITHUB_ID, GITHUB_SECRET, GITHUB_URL, GITHUB_API_URL }: Env) {
  if (!GITHUB_ID || !GITHUB_SECRET) return []
  const oauth = `${GITHUB_URL}/login/oauth`
  return [
    GitHubProvider({
      clientId: GITHUB_ID,
      clientSecret: GITHUB_SECRET,
      issuer: oauth,
      authorization: { url: `${oauth}/authorize`, params: { scope: 'read:user' } },
      token: `${oauth}/access_token`,
      userinfo: {
        url: `${GITHUB_API_URL}/user`,
        request: async ({ client, tokens }) => client.userinfo(tokens.access_token!),
      },
    }),
  ]
}
