import { decodeBase64, decodeBase64url, isBase64url } from './encoding'
import { SessionLockError } from './errors'
import { HEADER, type Carrier, type Profile } from './types'

/** What a request presents: parsed, and believed in nothing (the `read` check). */
export interface Presented {
  readonly carrier: Carrier
  /** The profile that the scheme of the request speaks: `Bearer` 1, `SessionLock` and cookies 2. */
  readonly profile: Profile
  /** The session token's text, or the cookie's value. */
  readonly token: string
  /** The proof as it came, its form not yet looked at; absent where none came at all. */
  readonly proof?: { readonly timestamp: string; readonly signature: string }
}

const LONGEST_TOKEN = 8192
const SCHEME = /^(?:SessionLock|(Bearer))(?:[ \t]+|$)/i
/** Three parts, and two more where a proof is there. */
const LOCKED = /^([^.]*\.[^.]*\.[^.]*)(?:\.([^.]*)\.([^.]*))?$/
const COOKIE_VALUE = /^[\w-]{43}$/

/** The session cookie's name: `__Host-` (RFC 6265bis §4.1.3.2) wants https. */
export function cookieName(origin: string): string {
  return origin.startsWith('https:') ? '__Host-session' : 'session'
}

/**
 * Reads the session from a request: the Authorization header if it has a scheme of ours (then the
 * cookie is ignored), else the cookie.
 *
 * Throws ERR_TOKEN_MISSING or ERR_TOKEN_MALFORMED.
 */
export function readPresented(headers: Headers, origin: string): Presented {
  const authorization = headers.get(HEADER.authorization) ?? ''
  const scheme = SCHEME.exec(authorization)
  return scheme
    ? readLockedToken(authorization.slice(scheme[0].length), scheme[1] ? 1 : 2)
    : readCookie(headers, origin)
}

function readLockedToken(locked: string, profile: Profile): Presented {
  if (locked.length > LONGEST_TOKEN) malformed('It is longer than 8 KiB.')
  const [, token, timestamp, signature] =
    LOCKED.exec(locked) ?? malformed('It has neither three nor five parts.')
  const proof = signature !== undefined && timestamp !== undefined && { timestamp, signature }
  return { carrier: 'header', profile, token: token!, ...(proof && { proof }) }
}

/**
 * The rest of `read`: the encoding of a session token's parts. It is looked at once a text, by the
 * token verifier, which remembers those that have passed.
 *
 * Throws ERR_TOKEN_MALFORMED.
 */
export function assertTokenEncoding(token: string): void {
  if (!token.split('.').every((part) => part !== '' && isBase64url(part))) {
    malformed('A part of it is not base64url.')
  }
}

function readCookie(headers: Headers, origin: string): Presented {
  const prefix = `${cookieName(origin)}=`
  const values = (headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length))
  const [token] = values
  if (token === undefined) throw new SessionLockError('ERR_TOKEN_MISSING')
  if (values.length > 1) malformed('There are two session cookies.')
  if (!COOKIE_VALUE.test(token) || !isBase64url(token)) malformed('The cookie has not its form.')
  const [, timestamp, signature] = headers.get(HEADER.proof)?.match(/^([^.]*)\.?(.*)$/s) ?? []
  const proof = timestamp !== undefined && signature !== undefined && { timestamp, signature }
  return { carrier: 'cookie', profile: 2, token, ...(proof && { proof }) }
}

function malformed(detail: string): never {
  throw new SessionLockError('ERR_TOKEN_MALFORMED', { detail })
}

/** A proof whose form holds. */
export interface ParsedProof {
  readonly timestamp: string
  /** Raw r‖s. */
  readonly signature: Uint8Array<ArrayBuffer>
}

/**
 * Looks at the form of a proof. Under profile 1 the base64 may be any that decodes to 64 bytes, as
 * upstream takes it; its replay identity knows the twins.
 *
 * Throws ERR_PROOF_MISSING or ERR_PROOF_MALFORMED.
 */
export function parseProof({ proof, profile }: Presented): ParsedProof {
  if (!proof) throw new SessionLockError('ERR_PROOF_MISSING')
  const { timestamp, signature } = proof
  if (!/^\d{13}$/.test(timestamp)) {
    throw new SessionLockError('ERR_PROOF_MALFORMED', { detail: 'The timestamp is not 13 digits.' })
  }
  const bytes =
    profile === 2
      ? decodeBase64url(signature)
      : /^[A-Za-z0-9+/]{86}==$/.test(signature)
        ? decodeBase64(signature)
        : undefined
  if (bytes?.length !== 64) {
    throw new SessionLockError('ERR_PROOF_MALFORMED', {
      detail: 'The client signature is not 64 bytes of base64.',
    })
  }
  return { timestamp, signature: bytes }
}
