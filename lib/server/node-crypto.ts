import { createHash, KeyObject, verify } from 'node:crypto'
import type { Primitives } from '@/lib/protocol/primitives'

/**
 * Node's own primitives, on the thread that asks. WebCrypto's go to a thread of their own and back,
 * which takes longer than what they compute (decision 11).
 */
export const nodeCrypto: Primitives = {
  verifySignature: (key, signature, message) =>
    signature.length === 64 &&
    verify('sha256', message, { key: KeyObject.from(key), dsaEncoding: 'ieee-p1363' }, signature),
  sha256: (message) => createHash('sha256').update(message).digest(),
}
