import { encodeBase64url } from './encoding'
import { targetUri } from './target-uri'
import { HEADER } from './types'

/**
 * The statement is what the client signs. Both sides write it with the functions here, and it is
 * what a replay is recognised by: never the token's text or the whole signature, since base64 has
 * twins and (r, n−s) verifies too.
 */

/** Profile 1 (upstream session-lock): the token and the time, and nothing of the request. */
export function statementOfProfile1(jwt: string, timestamp: string): string {
  return `${jwt}.${timestamp}`
}

/** What profile 2 takes from a request. */
export interface RequestFacts {
  readonly method: string
  readonly url: string
  readonly headers: Headers
}

/**
 * Profile 2 (protocol §3): six lines.
 *
 * @param subject the session token, or the `sid` where a cookie carries the session
 * @param timestamp Unix milliseconds, 13 digits
 * @param origin the origin that the request is signed for
 */
export function statementOfProfile2(
  subject: string,
  timestamp: string,
  request: RequestFacts,
  origin: string,
): string {
  return [
    'session-lock/2',
    `${subject}.${timestamp}`,
    request.method.toUpperCase(),
    targetUri(request.url, origin),
    request.headers.get(HEADER.contentDigest) ?? '',
    request.headers.get(HEADER.challenge) ?? '',
  ].join('\n')
}

/**
 * The replay identity under profile 2: the session and the signed lines.
 *
 * @param digest SHA-256 of the statement
 */
export function replayIdOfProfile2(sid: string, digest: Uint8Array): string {
  return `${sid}.${encodeBase64url(digest)}`
}

/**
 * The replay identity under profile 1: the session, the statement and `r`, half of the signature.
 * Requests of one millisecond say the same thing, but each is signed with an `r` of its own; the
 * other root of `s` keeps its `r`, so the twin of a captured signature counts as used.
 *
 * @param digest SHA-256 of the statement
 */
export function replayIdOfProfile1(sid: string, digest: Uint8Array, signature: Uint8Array): string {
  return `${replayIdOfProfile2(sid, digest)}.${encodeBase64url(signature.subarray(0, 32))}`
}
