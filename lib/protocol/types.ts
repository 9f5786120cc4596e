/** What client and server both speak of. */

/** 1: upstream session-lock. 2: method, target URI, body and challenge are signed too. */
export type Profile = 1 | 2

/** What carries the session: the Authorization header, or an HttpOnly cookie. */
export type Carrier = 'header' | 'cookie'

/** The public members of a P-256 key (RFC 7518 §6.2.1). */
export interface PublicJwk {
  kty: 'EC'
  crv: 'P-256'
  x: string
  y: string
}

/** The claims of a session token (protocol §2). */
export interface SessionClaims {
  iss: string
  sub: string
  sid: string
  /** Seconds. */
  iat: number
  /** Seconds. */
  exp: number
  /** RFC 7800: the key that the session is bound to. */
  cnf: { jwk: PublicJwk }
  slp: Profile
  slc: 'header'
  /** Profile 1 only: base64 of the raw point, where upstream looks for it. */
  publicKey?: string
}

/** What a signed-in client holds. The key signs; it cannot be read. */
export interface Credential {
  readonly profile: Profile
  readonly carrier: Carrier
  readonly sid: string
  /** The session token; absent with the cookie carrier, where script cannot read it. */
  readonly token?: string
  readonly privateKey: CryptoKey
}

/** What is told apart on the wire only by these names. */
export const HEADER = {
  authorization: 'Authorization',
  proof: 'Session-Lock',
  challenge: 'Session-Lock-Challenge',
  enrolment: 'Session-Lock-Enroll',
  contentDigest: 'Content-Digest',
} as const

/** ECDSA P-256 with SHA-256; raw r‖s signatures of 64 bytes. The one client algorithm (ES256). */
export const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
