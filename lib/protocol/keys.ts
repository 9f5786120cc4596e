import { calculateJwkThumbprint } from 'jose'
import { decodeBase64url, encodeBase64url, sha256, utf8 } from './encoding'
import { SessionLockError } from './errors'
import { ES256, type PublicJwk } from './types'

/** Keys: the server's, derived from one secret, and the client's, imported from its point. */

/** One key per purpose, so that no key serves two jobs (protocol §2). */
export const PURPOSES = ['token', 'challenge', 'enroll', 'internal', 'auth'] as const
export type Purpose = (typeof PURPOSES)[number]

/** All keys derived from one secret. */
export interface KeySet {
  /** First 8 characters of the base64url SHA-256 of the token key; `kid` of the tokens it signs. */
  readonly kid: string
  /** HMAC-SHA-256 keys, imported once. */
  readonly key: Readonly<Record<Purpose, CryptoKey>>
}

/**
 * The keys of each secret, in order: the first signs, all verify.
 *
 * @param secrets the members of `AUTH_SECRET`, of 32 bytes or more each
 */
export function deriveKeySets(secrets: readonly string[]): Promise<KeySet[]> {
  if (secrets.length === 0) throw new TypeError('at least one secret is needed')
  return Promise.all(
    secrets.map(async (secret) => {
      const bytes = await Promise.all(PURPOSES.map((purpose) => deriveKey(secret, purpose)))
      const keys = await Promise.all(bytes.map(importHmacKey))
      const key = Object.fromEntries(PURPOSES.map((purpose, i) => [purpose, keys[i]]))
      const kid = encodeBase64url(await sha256(bytes[0]!)).slice(0, 8)
      return { kid, key: key as Record<Purpose, CryptoKey> }
    }),
  )
}

/** Finds the key that a JWS names by its `kid`, as jose asks for it. Throws ERR_TOKEN_INVALID. */
export function keyNamedBy(keySets: readonly KeySet[], purpose: Purpose) {
  return ({ kid }: { kid?: string }): CryptoKey => {
    const keySet = keySets.find((set) => set.kid === kid)
    if (!keySet) throw new SessionLockError('ERR_TOKEN_INVALID')
    return keySet.key[purpose]
  }
}

/** HKDF-SHA-256 (RFC 5869) without salt: 32 bytes that serve `purpose` alone. */
export async function deriveKey(secret: string, purpose: string): Promise<Uint8Array<ArrayBuffer>> {
  const material = await crypto.subtle.importKey('raw', utf8(secret), 'HKDF', false, ['deriveBits'])
  const info = utf8(`session-lock/${purpose}`)
  const params = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  return new Uint8Array(await crypto.subtle.deriveBits(params, material, 256))
}

function importHmacKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify'])
}

/** HMAC-SHA-256 over a text. */
export async function hmac(
  key: CryptoKey,
  text: string | Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = typeof text === 'string' ? utf8(text) : text
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes))
}

/** Whether two byte strings are equal, in a time that says nothing about where they differ. */
export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}

/** The raw, uncompressed point (65 bytes) of a public key; `undefined` where it has not the form. */
export function rawPoint(jwk: PublicJwk): Uint8Array<ArrayBuffer> | undefined {
  const x = decodeBase64url(jwk.x)
  const y = decodeBase64url(jwk.y)
  if (x?.length !== 32 || y?.length !== 32) return undefined
  const point = new Uint8Array(65)
  point[0] = 4
  point.set(x, 1)
  point.set(y, 33)
  return point
}

/**
 * The key as WebCrypto verifies with it. Importing the raw point takes half the time of a JWK. It is
 * no secret, and may be exported: Node asks that of a key which its own functions shall use.
 * Rejects where the point is not on the curve.
 */
export function importPoint(point: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', point, ES256, true, ['verify'])
}

/** `jkt`: the SHA-256 thumbprint of a public key (RFC 7638). */
export function thumbprint(jwk: PublicJwk): Promise<string> {
  return calculateJwkThumbprint(jwk)
}

/** The members of a P-256 key if `value` is one and has no private member; else `undefined`. */
export function asPublicJwk(value: unknown): PublicJwk | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { kty, crv, x, y, d } = value as Record<string, unknown>
  if (kty !== 'EC' || crv !== 'P-256' || d !== undefined) return undefined
  if (typeof x !== 'string' || typeof y !== 'string') return undefined
  return { kty, crv, x, y }
}
