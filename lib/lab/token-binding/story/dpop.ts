import { generateProof } from 'dpop'
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { createKeyPair } from '@/lib/protocol/enrol'
import { ES256 } from '@/lib/protocol/types'
import type { Answer, Message } from '../../types'

/** A resource that asks for DPoP (RFC 9449), by other people's libraries at both of its ends. */

const ORIGIN = 'https://resource.test'
const TARGET = '/notes'

export interface DpopResource {
  /** The client's request, with token and proof. */
  prove(): Promise<Message>
  /** The resource's verdict. */
  answer(message: Message): Promise<Answer>
}

export async function createDpopResource(): Promise<DpopResource> {
  // Of its own: the library remembers a server's keys by this object.
  const server: oauth.AuthorizationServer = { issuer: ORIGIN, jwks_uri: `${ORIGIN}/jwks` }
  const issuing = await crypto.subtle.generateKey(ES256, true, ['sign', 'verify'])
  const keys = await createKeyPair()
  const token = await issueToken(issuing.privateKey, keys.publicKey)
  const jwk = { ...(await exportJWK(issuing.publicKey)), kid: 'k', alg: 'ES256' } as oauth.JWK
  const jwks: oauth.JWKSCacheInput = { jwks: { keys: [jwk] }, uat: Math.floor(Date.now() / 1000) }

  return {
    async prove() {
      const proof = await generateProof(keys, ORIGIN + TARGET, 'GET', undefined, token)
      const headers = [
        ['Authorization', `DPoP ${token}`],
        ['DPoP', proof],
      ] as const
      return { method: 'GET', target: TARGET, headers }
    },

    async answer({ method, target, headers }) {
      const pairs = headers.map(([name, value]): [string, string] => [name, value])
      const request = new Request(ORIGIN + target, { method, headers: pairs })
      const options = { requireDPoP: true, [oauth.jwksCache]: jwks }
      const status = await oauth.validateJwtAccessToken(server, request, ORIGIN, options).then(
        () => 200,
        () => 401,
      )
      return { status, headers: new Headers(), body: '', ms: 0 }
    },
  }
}

async function issueToken(issuer: CryptoKey, holder: CryptoKey): Promise<string> {
  const jkt = await calculateJwkThumbprint(await exportJWK(holder))
  return new SignJWT({ cnf: { jkt }, client_id: 'c', jti: 'j' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k' })
    .setIssuer(ORIGIN)
    .setSubject('user-1')
    .setAudience(ORIGIN)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(issuer)
}
