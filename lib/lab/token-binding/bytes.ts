import { decodeBase64url } from '@/lib/protocol/encoding'

/** Bytes as TLS writes them. */

export type Bytes = Uint8Array<ArrayBuffer>

/** The bytes one after another. */
export function concat(parts: readonly (Uint8Array | readonly number[])[]): Bytes {
  return new Uint8Array(parts.flatMap((part) => [...part]))
}

/** A vector of TLS's presentation language (RFC 8446 §3.4): its length in `width` bytes, then it. */
export function vector(width: 1 | 2, bytes: Uint8Array): Bytes {
  const { length } = bytes
  if (length >= 256 ** width) throw new RangeError(`${length} bytes do not fit`)
  return concat([width === 1 ? [length] : [length >> 8, length & 255], bytes])
}

/** Reads vectors one after another. What goes beyond the end throws what `cutShort` throws. */
export function readerOf(bytes: Bytes, cutShort: () => never) {
  let at = 0
  function take(length: number): Bytes {
    if (!(length <= bytes.length - at)) cutShort()
    return bytes.slice(at, (at += length))
  }
  const number = (width: 1 | 2) => take(width).reduce((value, byte) => value * 256 + byte, 0)
  return {
    take,
    number,
    vector: (width: 1 | 2) => take(number(width)),
    /** What was read since a position. */
    since: (start: number) => bytes.slice(start, at),
    position: () => at,
    isAtEnd: () => at === bytes.length,
  }
}

/** The bytes of a member of a JWK that this process exported itself. */
export function bytesOfMember(text: string | undefined): Bytes {
  const bytes = decodeBase64url(text ?? '')
  if (!bytes?.length) throw new TypeError('the key has not the members of its kind')
  return bytes
}
