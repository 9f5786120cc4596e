import { encodeBase64, encodeBase64url, utf8 } from './encoding'
import { statementOfProfile1, statementOfProfile2, type RequestFacts } from './statement'
import { ES256, HEADER, type Credential } from './types'

/**
 * The client's half. No part of it imports jose: it is what a browser downloads.
 */

/** Signs a text with the session's key: raw r‖s, 64 bytes. */
export async function sign(privateKey: CryptoKey, text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(ES256, privateKey, utf8(text)))
}

/**
 * Locks a token as upstream session-lock does (profile 1): `{jwt}.{timestamp}.{signature}`.
 *
 * @param timestamp Unix milliseconds
 */
export async function lockToken(
  jwt: string,
  privateKey: CryptoKey,
  timestamp: number,
): Promise<string> {
  const statement = statementOfProfile1(jwt, String(timestamp))
  return `${statement}.${encodeBase64(await sign(privateKey, statement))}`
}

/** A request with its proof: the lines that were signed, and the header that carries the proof. */
export interface Proven {
  readonly statement: string
  readonly header: { readonly name: string; readonly value: string }
}

/**
 * Proves a request with the session's key. The Content-Digest and Session-Lock-Challenge headers
 * must be on it already, since profile 2 signs them.
 *
 * @param timestamp Unix milliseconds, by the server's clock as far as it is known; no two proofs of
 *   one page may share it
 * @param origin the origin that the request goes to
 *
 * @example
 * const { header } = await proveRequest(request, credential, Date.now(), location.origin)
 * request.headers.set(header.name, header.value)
 */
export async function proveRequest(
  request: RequestFacts,
  credential: Credential,
  timestamp: number,
  origin: string,
): Promise<Proven> {
  const { profile, carrier, token, sid, privateKey } = credential
  const time = String(timestamp)
  if (profile === 1) {
    const statement = statementOfProfile1(token!, time)
    const value = `Bearer ${statement}.${encodeBase64(await sign(privateKey, statement))}`
    return { statement, header: { name: HEADER.authorization, value } }
  }
  const subject = carrier === 'cookie' ? sid : token!
  const statement = statementOfProfile2(subject, time, request, origin)
  const signature = encodeBase64url(await sign(privateKey, statement))
  return carrier === 'cookie'
    ? { statement, header: { name: HEADER.proof, value: `${time}.${signature}` } }
    : {
        statement,
        header: {
          name: HEADER.authorization,
          value: `SessionLock ${token}.${time}.${signature}`,
        },
      }
}
