import { encodeBase64, sha256 } from './encoding'

/**
 * The Content-Digest of a body (RFC 9530 §2): `sha-256=:<base64>:`, one member.
 *
 * @param body the bytes as they travel
 */
export async function contentDigest(body: Uint8Array<ArrayBuffer>): Promise<string> {
  return `sha-256=:${encodeBase64(await sha256(body))}:`
}
