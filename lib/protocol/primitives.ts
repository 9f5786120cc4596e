import { sha256 } from './encoding'
import { ES256 } from './types'

/**
 * The two computations that every request costs. WebCrypto's are everywhere, and the default; a
 * server may be given others that answer the same, such as Node's own (decision 11).
 */
export interface Primitives {
  /**
   * ES256: whether `signature` is the key's over `message`. Of anything but a good one, raw r‖s of
   * 64 bytes, it is false; that is never an error.
   */
  verifySignature(
    key: CryptoKey,
    signature: Uint8Array<ArrayBuffer>,
    message: Uint8Array<ArrayBuffer>,
  ): boolean | Promise<boolean>
  sha256(message: Uint8Array<ArrayBuffer>): Uint8Array | Promise<Uint8Array>
}

export const webCrypto: Primitives = {
  verifySignature: (key, signature, message) =>
    crypto.subtle.verify(ES256, key, signature, message),
  sha256,
}
