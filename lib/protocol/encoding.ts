/** Bytes and text: base64url (RFC 4648 §5), base64 (§4) and SHA-256, on Web APIs alone. */

const encoder = new TextEncoder()

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text)
}

/** Standard base64 with padding, as profile 1 and Content-Digest have it; of short byte strings. */
export function encodeBase64(bytes: Uint8Array): string {
  // Applied and not spread, which would go through an iterator.
  return btoa(String.fromCharCode.apply(null, bytes as unknown as number[]))
}

/** base64url without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

const CANONICAL_BASE64URL = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/

/**
 * Whether the text is base64url as this protocol writes it: no padding, and no bit set that decodes
 * to nothing, so that re-encoding gives the same text and no statement has a twin.
 */
export function isBase64url(text: string): boolean {
  return CANONICAL_BASE64URL.test(text)
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** What a letter of base64url stands for, by its character code; -1 where it stands for nothing. */
const SEXTETS = Int8Array.from({ length: 128 }, (_, code) =>
  ALPHABET.indexOf(String.fromCharCode(code)),
)

/** The bytes of a canonical base64url text; `undefined` for any other. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array((text.length * 3) >> 2)
  let length = 0
  let bits = 0
  let held = 0
  for (let i = 0; i < text.length; i++) {
    const sextet = SEXTETS[text.charCodeAt(i)] ?? -1
    if (sextet < 0) return undefined
    held = (held << 6) | sextet
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[length++] = held >> bits
    held &= (1 << bits) - 1
  }
  // A single letter decodes to nothing, and bits that are left over would give the text a twin.
  return bits === 6 || held !== 0 ? undefined : bytes
}

/** The bytes of a base64 text that is known to be well formed. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

/** `bits` random bits as base64url; the default, 128, is what a `sid` has. */
export function randomId(bits = 128): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(bits / 8)))
}
