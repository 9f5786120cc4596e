import type { TLSSocket } from 'node:tls'
import { utf8 } from '@/lib/protocol/encoding'
import { ES256 } from '@/lib/protocol/types'
import { concat, type Bytes } from './bytes'

/**
 * History: what the first drafts signed (draft-popov-token-binding-00, 2014). Not the exporter's keying
 * material but `tls-unique` (RFC 5929 §3), the first Finished message of the handshake. The working
 * group left it for the exporter in draft-ietf-tokbind-protocol-02 (2015), and TLS 1.3 has no
 * tls-unique at all. Nothing but the recorded story uses this.
 */

const LABEL = utf8('token binding\0')

/** `tls-unique` of a live TLS 1.2 connection, the same at both ends. Throws where there is none. */
export function tlsUnique(socket: TLSSocket, end: 'client' | 'server'): Bytes {
  if (socket.getProtocol() !== 'TLSv1.2') {
    throw new TypeError('tls-unique is of TLS 1.2 and before (RFC 8446 leaves it undefined)')
  }
  // The client finishes first in a full handshake, the server in one that resumes.
  const isOwn = (end === 'client') !== socket.isSessionReused()
  const finished = isOwn ? socket.getFinished() : socket.getPeerFinished()
  if (!finished) throw new TypeError('the handshake is not over')
  return new Uint8Array(finished)
}

/** The signature of the first draft (§4), by a P-256 key. */
export async function signUnique({ privateKey }: CryptoKeyPair, unique: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(ES256, privateKey, concat([LABEL, unique])))
}

export function verifyUnique(
  { publicKey }: Pick<CryptoKeyPair, 'publicKey'>,
  unique: Bytes,
  signature: Bytes,
): Promise<boolean> {
  return crypto.subtle.verify(ES256, publicKey, signature, concat([LABEL, unique]))
}
