import { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import { readerOf, type Bytes } from './bytes'

/**
 * Node has no word for whether a TLS 1.2 connection has the extended master secret (RFC 7627), without
 * which the exported keying material of two connections can be made equal. But the ServerHello says
 * so in the clear: here it is read on its way out.
 */

const HANDSHAKE = 22
const SERVER_HELLO = 2
const EXTENDED_MASTER_SECRET = 23
const SUPPORTED_VERSIONS = 43

export interface ServerHello {
  /** TLS 1.3 has no such extension, and needs none. */
  readonly isTls13: boolean
  readonly hasExtendedMasterSecret: boolean
}

const cutShort = (): never => {
  throw new RangeError('the ServerHello is cut short')
}

/** Reads the first record that a server sends; `undefined` where it is no ServerHello, as in an alert. */
export function parseServerHello(record: Bytes): ServerHello | undefined {
  const from = readerOf(record, cutShort)
  if (from.number(1) !== HANDSHAKE) return undefined
  from.take(2)
  const hello = readerOf(from.vector(2), cutShort)
  if (hello.number(1) !== SERVER_HELLO) return undefined
  // Length (3), version (2) and random (32); the session's id; cipher suite (2) and compression (1).
  hello.take(3 + 2 + 32)
  hello.vector(1)
  hello.take(2 + 1)
  const extensions = hello.isAtEnd() ? undefined : readerOf(hello.vector(2), cutShort)
  const types: number[] = []
  while (extensions && !extensions.isAtEnd()) {
    types.push(extensions.number(2))
    extensions.vector(2)
  }
  return {
    isTls13: types.includes(SUPPORTED_VERSIONS),
    hasExtendedMasterSecret: types.includes(EXTENDED_MASTER_SECRET),
  }
}

/**
 * The socket as a stream that hands every byte on, and tells of the server's first record.
 *
 * @param onHello called before that record leaves; `false` closes the connection instead
 */
export function watchHandshake(
  socket: Socket,
  onHello: (hello: ServerHello | undefined) => boolean,
): Duplex {
  let isFirst = true
  const watched = new Duplex({
    read: () => void socket.resume(),
    write(chunk: Buffer, _encoding, done) {
      if (isFirst && !onHello(firstRecord(chunk)))
        return done(new Error('refused at the handshake'))
      isFirst = false
      socket.write(chunk, done)
    },
    final: (done) => void socket.end(done),
    destroy(error, done) {
      socket.destroy()
      done(error)
    },
  })
  socket.on('data', (chunk) => {
    if (!watched.push(chunk)) socket.pause()
  })
  socket.on('end', () => watched.push(null))
  socket.on('error', (error) => watched.destroy(error))
  socket.on('close', () => watched.destroy())
  // What goes wrong here shows at the TLS socket above.
  watched.on('error', () => {})
  return watched
}

/** OpenSSL writes its first flight at once, so the record is whole; else it counts as none. */
function firstRecord(chunk: Buffer): ServerHello | undefined {
  try {
    return parseServerHello(new Uint8Array(chunk))
  } catch {
    return undefined
  }
}
