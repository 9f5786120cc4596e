import { jwtVerify, SignJWT } from 'jose'
import { randomId } from '@/lib/protocol/encoding'
import { SessionLockError } from '@/lib/protocol/errors'
import { ES256 } from '@/lib/protocol/types'
import type { Answer, Message } from '../types'
import { refuse } from './gate'
import { openIds } from './link'
import type { EstablishedBindings } from './message'
import { hashId } from './sessions'

/**
 * Federation (RFC 8473 §5): the client uses one key with the consumer of a token and another with its
 * provider. The consumer asks it to show the provider both, and so the provider can bind the token to
 * the key that the consumer will see. Each of the two stands behind a terminator of its own.
 */

export const REVEAL_HEADER = 'Include-Referred-Token-Binding-ID'
const ALGORITHM = 'ES256'

/** How a party is reached from its terminator. */
export type Party = (message: Message) => Promise<Answer>

type Handle = (message: Message, bindings: EstablishedBindings) => Promise<Response>

function party(linkKey: CryptoKey, handle: Handle): Party {
  return async (message) => {
    try {
      const headers = new Headers(
        message.headers.map(([name, value]): [string, string] => [name, value]),
      )
      const bindings = await openIds({ ...message, headers }, message.target, [linkKey], Date.now())
      const response = await handle(message, bindings)
      const { status } = response
      return { status, headers: response.headers, body: await response.text(), ms: 0 }
    } catch (error) {
      return refuse(error, Date.now())
    }
  }
}

/** The two parties. The provider's signing key is known to the consumer by its public half. */
export async function createFederation(linkKey: CryptoKey, consumerOrigin: string) {
  const keys = await crypto.subtle.generateKey(ES256, false, ['sign', 'verify'])

  const provider = party(linkKey, async (_message, { referred }) => {
    if (!referred) {
      throw new SessionLockError('ERR_PROOF_MISSING', {
        detail: 'No key of the consumer’s was shown.',
      })
    }
    const assertion = await new SignJWT({ cnf: { tbh: await hashId(referred) } })
      .setProtectedHeader({ alg: ALGORITHM })
      .setSubject(randomId())
      .setAudience(consumerOrigin)
      .setExpirationTime('1 minute')
      .sign(keys.privateKey)
    return Response.json({ assertion })
  })

  const consumer = party(linkKey, async ({ method, target, body = '' }, { provided }) => {
    if (method === 'GET') {
      const location = new URL(target, 'http://consumer').searchParams.get('provider') ?? ''
      const headers = { Location: location, [REVEAL_HEADER]: 'true' }
      return new Response(null, { status: 303, headers })
    }
    const { payload } = await jwtVerify(body, keys.publicKey, {
      ...{ algorithms: [ALGORITHM], audience: consumerOrigin },
      requiredClaims: ['sub', 'exp'],
    }).catch((cause: unknown) => {
      throw new SessionLockError('ERR_TOKEN_INVALID', { cause })
    })
    const { tbh } = (payload.cnf ?? {}) as { tbh?: string }
    if (tbh !== (await hashId(provided))) throw new SessionLockError('ERR_PROOF_INVALID')
    return Response.json({ subject: payload.sub }, { status: 201 })
  })

  return { provider, consumer }
}

/** Whether an answer asks for the next request to show this server's key as well: redirects alone can. */
export function asksToReveal({ status, headers }: Answer): boolean {
  return status >= 300 && status < 400 && headers.get(REVEAL_HEADER) === 'true'
}
